import { CeleriacError } from './celeriac.error.js';
import type { TaskStateName } from '../result/task-state.js';

/** The awaited call ended without a result: failed, ignored, expired, revoked or quarantined. @publicApi */
export class TaskFailedError extends CeleriacError {
  constructor(
    readonly id: string,
    readonly task: string,
    readonly state: TaskStateName,
    readonly reason: string,
    /** Class name of the error the task threw; undefined if it did not end by an error. */
    readonly errorName?: string,
    /** Stack of the error the task threw, from the worker. */
    readonly remoteStack?: string,
  ) {
    super(`"${task}" (${id}) ended ${state}: ${reason}`);
  }
}

/** `result.get({ timeout })` waited in vain. The call goes on. @publicApi */
export class ResultTimeoutError extends CeleriacError {
  constructor(
    readonly id: string,
    readonly timeout: string,
    readonly state: TaskStateName | 'unknown',
  ) {
    super(
      `The result of "${id}" was not there within ${timeout} (it is ${state}). ` +
        `The call goes on; ask again with result.get() or look at result.state().`,
    );
  }
}

/** No call with this id: it never was, or its retention (`resultTtl`, `keepFailed`) has passed. @publicApi */
export class UnknownTaskIdError extends CeleriacError {
  constructor(readonly id: string) {
    super(`No call has the id "${id}": it never existed, or it finished longer ago than resultTtl keeps it.`);
  }
}
