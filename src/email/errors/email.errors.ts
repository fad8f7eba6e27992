import { CeleriacError } from '../../tasks/index.js';
import type { EmailStatus } from '../message/email-status.js';

/** A field of a message cannot be sent as it is. Nothing was stored. @publicApi */
export class InvalidEmailError extends CeleriacError {
  constructor(
    /** Where: `to[2]`, `subject`, `headers.X-Tag`. */
    readonly field: string,
    readonly value: unknown,
    readonly problem: string,
    readonly fix: string,
  ) {
    super(`${field} ${problem}${value === undefined ? '' : `: ${shown(value)}`}. ${fix}`);
  }
}

/** A filter or the cursor of `list()` is not one. @publicApi */
export class InvalidEmailQueryError extends CeleriacError {
  constructor(
    readonly field: string,
    readonly value: unknown,
    readonly fix: string,
  ) {
    super(`${field} cannot be ${shown(value)}. ${fix}`);
  }
}

/** No message has this id. @publicApi */
export class EmailNotFoundError extends CeleriacError {
  constructor(readonly id: string) {
    super(`No e-mail has the id ${shown(id)}. Use the id that send() returned.`);
  }
}

/** What a person can decide about a message, and which statuses it must have for that. */
const NEEDS = {
  resend: ['failed'],
  resolve: ['unknown'],
  cancel: ['pending', 'deferred', 'claimed'],
} as const satisfies Record<string, readonly EmailStatus[]>;

const INSTEAD: Record<EmailStatus, string> = {
  pending: 'it is on its way already',
  claimed: 'it is on its way already',
  handed_over: 'the SMTP server is about to answer; wait for that',
  deferred: 'it is tried again by itself',
  sent: 'it has been sent; send a new message to send it twice',
  blocked: 'every recipient was blocked, for good; allow the address and send a new message',
  expired: 'its expiresAt has passed; send a new message with a later one',
  cancelled: 'it was cancelled, for good; send a new message',
  unknown: 'nobody knows whether it arrived; resolve() it',
  failed: 'it was given up; resend() tries again',
};

/** A message is not in a status in which this can be done with it; somebody else may have been faster. @publicApi */
export class EmailStatusError extends CeleriacError {
  constructor(
    readonly id: string,
    readonly action: keyof typeof NEEDS,
    readonly status: EmailStatus,
  ) {
    const needed = NEEDS[action].join(' or ');
    super(
      `The e-mail ${id} is ${status}, and ${action}() needs one that is ${needed}: ${INSTEAD[status]}. Nothing was done.`,
    );
  }
}

/** A message cannot be sent again: it was anonymised, and nobody knows any more what it said and to whom. @publicApi */
export class EmailAnonymisedError extends CeleriacError {
  constructor(
    readonly id: string,
    readonly anonymisedOn: Date,
  ) {
    super(
      `The e-mail ${id} was anonymised on ${anonymisedOn.toISOString()} (retention.anonymiseAfter): its text and its ` +
        `recipients are gone. Send a new message. Nothing was done.`,
    );
  }
}

/** A message is another worker's by now, or was cancelled: this one must not send it. @publicApi */
export class ClaimLostError extends CeleriacError {
  constructor(readonly id: string) {
    super(`The claim on e-mail ${id} is lost: another worker has taken it over, or it was cancelled.`);
  }
}

/** The SMTP server did not get so far in its time. @publicApi */
export class HandOverTimeoutError extends CeleriacError {
  constructor(readonly milliseconds: number) {
    super(`the SMTP server took longer than ${milliseconds / 1_000} s`);
  }
}

/** The application's DataSource does not know the tables of the outbox. @publicApi */
export class MissingEmailEntitiesError extends CeleriacError {
  constructor() {
    super(
      `The application's default TypeORM DataSource does not know the entities of EmailModule. Add them: ` +
        `TypeOrmModule.forRoot({ entities: [...EMAIL_ENTITIES, …], migrations: [...EMAIL_MIGRATIONS, …] }).`,
    );
  }
}

/** The calls of e-mails cannot be made in the transactions that store them. @publicApi */
export class MissingTransactionalTasksError extends CeleriacError {
  constructor(readonly why: string) {
    super(
      `EmailModule stores an e-mail and calls the task that sends it in one transaction of the application's default ` +
        `TypeORM DataSource, but ${why}. Import { TransactionalTasksModule } from 'celeriac/typeorm', and add ` +
        `TransactionalTasksModule.forRoot() beside EmailModule.`,
    );
  }
}

/** An entry of the allow or deny list is neither an address nor a domain. @publicApi */
export class InvalidBlockPatternError extends CeleriacError {
  constructor(
    readonly pattern: unknown,
    problem: string,
  ) {
    super(
      `${shown(pattern)} ${problem}. Write an address (a@example.com), a domain (@example.com), or either with * for any text (*@*.example.com).`,
    );
  }
}

/** A value from outside, short enough to read, on one line. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
