import { CeleriacError } from './celeriac.error.js';

/** The broker did not answer within the time given. @publicApi */
export class BrokerUnavailableError extends CeleriacError {
  constructor(
    readonly broker: string,
    readonly operation: string,
    timeout: string,
    cause?: unknown,
  ) {
    super(
      `The ${broker} broker did not answer ${operation} within ${timeout}. ` +
        `Is it running and reachable from here?${cause instanceof Error ? ` (${cause.message})` : ''}`,
      { cause },
    );
  }
}

/**
 * The clocks of this process and of the store differ by more than half the lock time.
 * Locks would expire while their holders live, so the process does not consume.
 *
 * @publicApi
 */
export class ClockSkewError extends CeleriacError {
  constructor(
    readonly offset: number,
    readonly limit: number,
  ) {
    super(
      `The clock of this process is ${Math.abs(Math.round(offset))} ms ${offset > 0 ? 'behind' : 'ahead of'} the ` +
        `broker's, beyond half the lock time (${limit} ms): it does not take work, or live calls would run twice. ` +
        `Synchronise the clock (NTP), or raise worker.lockTime.`,
    );
  }
}

/**
 * The schema of the queues would be named like the database user. Postgres looks for tables in the schema of the user's
 * name first, so tables the application made before that schema was would be out of sight.
 *
 * @publicApi
 */
export class NamespaceTakenError extends CeleriacError {
  constructor(readonly namespace: string) {
    super(
      `The namespace ${JSON.stringify(namespace)} is the name of the database user, too: Postgres would look for the ` +
        `application's own tables among those of the queues. Choose another namespace.`,
    );
  }
}

/** The store no longer accepts this attempt: its lock was lost to another worker. @publicApi */
export class LockLostError extends CeleriacError {
  constructor(readonly id: string) {
    super(
      `The lock of "${id}" was lost, so this attempt's outcome was refused; another worker has the call.`,
    );
  }
}
