import { CeleriacError } from '../tasks/index.js';

/** The DataSource is not Postgres. @publicApi */
export class UnsupportedDatabaseError extends CeleriacError {
  constructor(
    readonly driver: string,
    what = 'TransactionalTasksModule',
  ) {
    super(`${what} needs a Postgres DataSource, and this one is "${driver}". Give it a Postgres DataSource.`);
  }
}

/** Calls cannot be stored in the broker's own database from here, and there is no call table. @publicApi */
export class CallTableMissingError extends CeleriacError {
  constructor(readonly why: string) {
    super(
      `${why}, so calls made within() wait in the table celeriac_call until they are published; it does not exist. ` +
        `Add ...CALL_TABLE_ENTITIES and ...CALL_TABLE_MIGRATIONS from 'celeriac/typeorm' to the DataSource, and run ` +
        `its migrations.`,
    );
  }
}
