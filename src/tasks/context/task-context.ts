import { Inject, Injectable } from '@nestjs/common';
import type { Duration } from '../duration.js';
import { findJsonProblem } from '../encoder/plain-json.js';
import { storableResult } from '../envelope/storable-result.js';
import { Retry, type RetryOptions } from '../errors/control-flow.errors.js';
import { OutsideTaskError } from '../errors/delivery.errors.js';
import { InvalidArgumentsError } from '../errors/enqueue.errors.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../options/resolve-module-options.js';
import { type ScheduledRun, scheduledRun } from '../schedule-headers.js';
import type { Transaction } from '../transaction/transaction.js';
import { TransactionalCalls } from '../transaction/transactional-calls.js';
import { TaskLog } from './task-log.js';
import { taskScope, type TaskScope } from './task-scope.js';

/**
 * The running call, for the task's code and everything it calls: inject it anywhere. Celery: `self.request`.
 *
 * Outside a task every member but `active` throws {@link OutsideTaskError}.
 *
 * @publicApi
 */
@Injectable()
export class TaskContext {
  constructor(
    private readonly transactions: TransactionalCalls,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** Whether the code runs inside a task. */
  get active(): boolean {
    return taskScope.getStore() !== undefined;
  }

  /** Id of the call; the same in every attempt. */
  get id(): string {
    return this.scope('id').id;
  }

  /** Name of the task. */
  get name(): string {
    return this.scope('name').name;
  }

  get queue(): string {
    return this.scope('queue').queue;
  }

  /** Retries before this attempt: 0 in the first. Celery: `self.request.retries`. */
  get retries(): number {
    return this.scope('retries').retries;
  }

  /** What the caller passed as `headers`. */
  get headers(): Readonly<Record<string, string>> {
    return this.scope('headers').headers;
  }

  /** The run of a schedule that this call is; undefined: it is none. */
  get scheduled(): ScheduledRun | undefined {
    return scheduledRun(this.headers);
  }

  /**
   * Aborted when this attempt should stop; pass it to whatever you wait for. Its `reason` tells why:
   * `SoftTimeLimitExceeded`, `TimeLimitExceeded`, `Revoked`, `ShuttingDown`, `LockLostError` or `PermitLostError`.
   */
  get signal(): AbortSignal {
    return this.scope('signal').signal;
  }

  get log(): TaskLog {
    return new TaskLog(this.scope('log'));
  }

  /** Stores how far the call has come; `result.state()` shows it. Plain JSON. */
  async progress(value: unknown): Promise<void> {
    const scope = this.scope('progress');
    const problem = findJsonProblem(value);
    if (problem)
      throw new InvalidArgumentsError(scope.name, `progress: at ${problem.path} it has ${problem.problem}`);
    await scope.saveProgress(value);
  }

  /** Moves both time limits of this attempt further away, by the same time. */
  extend(by: Duration): void {
    this.scope('extend').extendLimits(by);
  }

  /**
   * Runs code that must not be broken off half way. While it runs, `signal` is not aborted, be it by the soft limit, a
   * revocation or a lost lock: it is afterwards. A shutdown waits for it beyond `shutdownTimeout`, but for one that is
   * told to stop at once. Both time limits move away by `atMost`.
   *
   * @param atMost how long it may take; then it is treated like all code
   * @throws the reason of `signal` if that is aborted already, and whatever the code throws
   */
  async shield<R>(atMost: Duration, code: () => Promise<R> | R): Promise<R> {
    const scope = this.scope('shield');
    scope.beginShield(atMost);
    try {
      return await code();
    } finally {
      scope.endShield();
    }
  }

  /**
   * Makes the error that asks for another attempt: `throw this.task.retry({ countdown: '1m' })`.
   * Celery: `self.retry()`.
   */
  retry(options?: RetryOptions): Retry {
    this.scope('retry');
    return new Retry(options);
  }

  /**
   * Finishes this call in a transaction of the task's own: what the transaction writes, and the call's success, exist
   * together or not at all, however often the call is delivered. Use it as the last statement of the transaction, and
   * let the task end with it. If the transaction is rolled back, nothing has happened, and the attempt goes on.
   *
   * Needs the postgres broker in the database of the transaction, and `TransactionalTasksModule`.
   *
   * @param transaction TypeORM's EntityManager or QueryRunner, in a transaction
   * @param result what `result.get()` gives; what the method returns is not stored
   * @throws {@link CompleteWithinUnavailableError}, {@link NotInTransactionError}
   * @throws {@link LockLostError} if the call is another worker's by now; the transaction cannot commit any more
   */
  async completeWithin(transaction: Transaction, result?: unknown): Promise<void> {
    const scope = this.scope('completeWithin');
    const entered = this.transactions.enterBroker(transaction);
    await scope.completeWithin(entered, storableResult(result, this.options.payloadLimit));
  }

  private scope(property: string): TaskScope {
    const scope = taskScope.getStore();
    if (!scope) throw new OutsideTaskError(property);
    return scope;
  }
}
