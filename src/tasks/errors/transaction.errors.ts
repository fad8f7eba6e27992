import { CeleriacError } from './celeriac.error.js';

/** `within()` was used, but nothing connects tasks to the application's database. @publicApi */
export class WithinUnavailableError extends CeleriacError {
  constructor() {
    super(
      `within() needs to know your database: import { TransactionalTasksModule } from 'celeriac/typeorm' and add ` +
        `TransactionalTasksModule.forRoot() to the module that imports TasksModule.`,
    );
  }
}

/** What was passed to `within()` is not in a transaction; the call would not be part of anything. @publicApi */
export class NotInTransactionError extends CeleriacError {
  constructor(what: string) {
    super(
      `within() was given ${what}. Pass the EntityManager that dataSource.transaction() hands out, or a QueryRunner ` +
        `after startTransaction().`,
    );
  }
}

/** The transaction belongs to another DataSource than the one TransactionalTasksModule uses. @publicApi */
export class ForeignTransactionError extends CeleriacError {
  constructor() {
    super(
      `within() was given a transaction of another DataSource than the one TransactionalTasksModule uses; nobody would ` +
        `look for the call there. Use that one, or name the other: TransactionalTasksModule.forRoot({ dataSource }).`,
    );
  }
}

/** `task.completeWithin()` needs the broker in the database of the transaction. @publicApi */
export class CompleteWithinUnavailableError extends CeleriacError {
  constructor(readonly why: string) {
    super(
      `completeWithin() finishes a call in the task's own transaction, which needs the postgres broker in the same ` +
        `database: ${why}. Without it, make the task's effects repeatable instead.`,
    );
  }
}

/**
 * The task returned, but what it gave to `task.completeWithin()` was not committed then: the transaction was still open,
 * or Postgres has rolled it back. Retried as any error.
 *
 * @publicApi
 */
export class NotCommittedError extends CeleriacError {
  constructor(readonly task: string) {
    super(
      `"${task}" returned, but the transaction that completeWithin() was part of was not committed. Await the ` +
        `transaction, and let no failed statement in it pass: Postgres then turns its COMMIT into a rollback.`,
    );
  }
}
