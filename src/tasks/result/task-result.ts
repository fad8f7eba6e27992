import { taskScope } from '../context/task-scope.js';
import type { Duration } from '../duration.js';
import { decodeReason, decodeResult } from '../envelope/stored-outcome.js';
import { ResultInsideTaskError } from '../errors/enqueue.errors.js';
import { ResultTimeoutError, TaskFailedError, UnknownTaskIdError } from '../errors/result.errors.js';
import type { CallRevoker } from './call-revoker.js';
import { isFinal, type ResultReader } from './result-reader.js';
import type { TaskState } from './task-state.js';

/**
 * The handle of a call. Keep `id`; `tasks.result(id)` makes the handle again anywhere.
 * Celery: `AsyncResult`.
 *
 * @publicApi
 */
export class TaskResult<R = unknown> {
  constructor(
    readonly id: string,
    /**
     * The `taskId` was taken, or a call like it keeps it away (`unique`, `throttle`): this is the handle of the earlier
     * call, and nothing was added.
     */
    readonly duplicate: boolean,
    private readonly reader: ResultReader,
    private readonly revoker: CallRevoker,
  ) {}

  /** The call as it is now; null if no call has this id. @throws {@link BrokerUnavailableError} */
  state(): Promise<TaskState | null> {
    return this.reader.state(this.id);
  }

  /**
   * Waits for the call to finish and gives what the task returned.
   *
   * @param options.timeout longest wait, `'30s'` by default
   * @throws {@link TaskFailedError} if it ended in any other way
   * @throws {@link ResultTimeoutError} if it is still going on
   * @throws {@link UnknownTaskIdError}
   * @throws {@link ResultInsideTaskError} inside a task
   */
  async get(options: { timeout?: Duration } = {}): Promise<R> {
    if (taskScope.getStore()) throw new ResultInsideTaskError(this.id);
    const timeout = options.timeout ?? '30s';
    const found = await this.reader.wait(this.id, timeout);
    if (!found) throw new UnknownTaskIdError(this.id);
    const { job, state } = found;
    if (!isFinal(state)) throw new ResultTimeoutError(this.id, timeout, state.state);
    if (state.state === 'succeeded') {
      const stored = decodeResult(job.returnValue);
      return (stored.state === 'succeeded' ? stored.value : null) as R;
    }
    const cause = state.state === 'failed' ? decodeReason(job.failedReason ?? '') : undefined;
    const errorName = cause?.kind === 'error' ? cause.name : undefined;
    throw new TaskFailedError(this.id, state.task, state.state, state.reason ?? '', errorName, job.stack);
  }

  /**
   * Has the call end as revoked. It is stored with the broker, so it needs no worker now, and works from any process: a
   * call that waits, or is delayed, never begins; the signal of a running one is aborted with `Revoked` within about a
   * second, and it ends revoked whatever its code comes to. Celery: `revoke`, which workers that restart forget.
   *
   * @param options.terminate do not wait for its code: in isolation it is killed, on the event loop it is abandoned.
   *   Defaults to false
   * @returns false: it had ended before
   * @throws {@link UnknownTaskIdError}, {@link BrokerUnavailableError}
   */
  revoke(options: { terminate?: boolean } = {}): Promise<boolean> {
    return this.revoker.revoke(this.id, options.terminate ?? false);
  }
}
