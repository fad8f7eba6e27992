import { CeleriacError } from './celeriac.error.js';
import { display } from './configuration.errors.js';

/** A call, or code, came above a rate limit that does not let it wait. Never retried. @publicApi */
export class RateLimitExceededError extends CeleriacError {
  constructor(
    /** The name of the limit. */
    readonly limit: string,
  ) {
    super(
      `The rate limit "${limit}" is used up. Let it wait with onExceeded: 'delay', or call it again later.`,
    );
  }
}

/** What a call, or code, would lock is locked by another, and it is not to wait for it. @publicApi */
export class LockedError extends CeleriacError {
  constructor(readonly key: string) {
    super(`${display(key)} is locked by another. Let it wait with onLocked: 'wait', or call it again later.`);
  }
}

/**
 * The lease of a lock, or of a permit, ran out while its holder was at work: the broker did not hear from it in time.
 * Another may hold it by now. Signals are aborted with it. @publicApi
 */
export class PermitLostError extends CeleriacError {
  constructor(readonly what: string) {
    super(
      `${what} was lost: its lease ran out before it could be renewed, and another may hold it now. ` +
        `Stop, and write nothing more without checking the fencing token.`,
    );
  }
}

/** Code waited for a limit or a lock for as long as it was to. @publicApi */
export class LimitTimeoutError extends CeleriacError {
  constructor(
    readonly what: string,
    readonly timeout: string,
  ) {
    super(
      `${what} did not let this code pass within ${timeout}. Wait longer with { timeout }, or try again.`,
    );
  }
}

/** A breaker is open: what it guards is down. @publicApi */
export class BreakerOpenError extends CeleriacError {
  constructor(
    readonly breaker: string,
    /** Milliseconds until it lets a probe through, at the earliest. */
    readonly retryAfter: number,
  ) {
    super(`The breaker "${breaker}" is open; it lets a probe through in ${Math.ceil(retryAfter / 1_000)} s.`);
  }
}

/** No limit, or no breaker, of this application has this name. @publicApi */
export class UnknownLimitError extends CeleriacError {
  constructor(
    readonly kind: 'rate limit' | 'concurrency limit' | 'breaker',
    readonly limit: string,
    readonly known: readonly string[],
  ) {
    super(
      `There is no ${kind} ${display(limit)} (there are: ${known.join(', ') || 'none'}). ` +
        `Declare it in TasksModule, or at the task whose name it bears.`,
    );
  }
}
