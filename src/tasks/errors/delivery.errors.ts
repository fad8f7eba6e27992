import { CeleriacError } from './celeriac.error.js';

/**
 * The soft time limit passed: `task.signal` is aborted with this reason. A task may catch it and clean up until
 * the hard limit; let through, it fails the attempt and is retried like any other error. Celery: `SoftTimeLimitExceeded`.
 *
 * @publicApi
 */
export class SoftTimeLimitExceeded extends CeleriacError {
  constructor(
    readonly task: string,
    readonly limit: string,
  ) {
    super(`"${task}" ran longer than its soft time limit of ${limit}.`);
  }
}

/**
 * The hard time limit passed: the attempt failed and its slot is free. Isolated code was killed, and the retry policy
 * decides. In the async pool it may still be running (JavaScript cannot be interrupted), so the call is retried only if
 * `autoretryFor` names this class. Celery: `TimeLimitExceeded`.
 *
 * @publicApi
 */
export class TimeLimitExceeded extends CeleriacError {
  constructor(
    readonly task: string,
    readonly limit: string,
    /** The code may still be running. */
    readonly abandoned: boolean,
  ) {
    super(
      `"${task}" ran longer than its hard time limit of ${limit} and was ` +
        (abandoned
          ? `abandoned. Pass task.signal to what it waits for, so that it stops at the soft limit.`
          : `killed.`),
    );
  }
}

/** The call was revoked while it ran. @publicApi */
export class Revoked extends CeleriacError {
  constructor(readonly id: string) {
    super(`"${id}" was revoked while it ran; whatever it comes to, it ends revoked.`);
  }
}

/** The worker's shutdown deadline passed: the call was handed back and runs again elsewhere. @publicApi */
export class ShuttingDown extends CeleriacError {
  constructor() {
    super('The worker is shutting down: this call was handed back and runs again on another worker.');
  }
}

/**
 * The worker was lost while the call's code ran, or had to end before it, and the task asks not to be run again then
 * (`acks: 'early'` or `onWorkerLost: 'fail'`). Whether the code did its work is unknown. Never retried.
 * Celery: `WorkerLostError`.
 *
 * @publicApi
 */
export class WorkerLostError extends CeleriacError {
  constructor(
    readonly task: string,
    readonly how: string,
  ) {
    super(
      `"${task}" was not run to its end: ${how}. It may have done some of its work. It is not run again, as its acks ` +
        `or onWorkerLost ask.`,
    );
  }
}

/** A guard or a pipe refused the call before the task's code began. Never retried. @publicApi */
export class CallRefusedError extends CeleriacError {
  constructor(
    readonly task: string,
    cause: Error,
  ) {
    super(`"${task}" was refused before it began: ${cause.message}`, { cause });
  }
}

/** `TaskContext` was used outside a task. @publicApi */
export class OutsideTaskError extends CeleriacError {
  constructor(readonly property: string) {
    super(
      `TaskContext.${property} was read outside a task. It is set only while a worker runs a task; ` +
        `check TaskContext.active first in code that runs in both places.`,
    );
  }
}
