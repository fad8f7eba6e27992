import { Logger } from '@nestjs/common';
import type { Delivery } from '../../tasks/broker-port.js';
import type { StorableResult } from '../../tasks/envelope/storable-result.js';
import { LockLostError } from '../../tasks/errors/broker.errors.js';
import type { BrokerTransaction } from '../../tasks/transaction/transactional-adapter.js';
import type { TaskScope } from '../../tasks/context/task-scope.js';
import { taskScope } from '../../tasks/context/task-scope.js';
import { type Duration, formatDuration, parseDuration } from '../../tasks/duration.js';
import {
  Revoked,
  ShuttingDown,
  SoftTimeLimitExceeded,
  TimeLimitExceeded,
  WorkerLostError,
} from '../../tasks/errors/delivery.errors.js';
import type { TaskPolicy } from '../../tasks/options/task-policy.js';
import type { ChildExit } from '../pools/child.js';
import { runsAgain } from '../retry/runs-again.js';
import type { Outcome } from '../stages/outcome.js';

/** How an attempt ended. */
export type AttemptEnd =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown }
  /** The hard limit passed; the code may still be running. */
  | { readonly kind: 'abandoned'; readonly error: TimeLimitExceeded }
  /** Shutdown could wait no longer; the code may still be running. */
  | { readonly kind: 'handedBack' }
  /** It was revoked, and nobody waits for its code. */
  | { readonly kind: 'revoked'; readonly error: Revoked }
  /** A child process ran the code, and has decided what it comes to. */
  | { readonly kind: 'decided'; readonly outcome: Outcome }
  /** The child process that ran the code died. */
  | { readonly kind: 'died'; readonly exit: ChildExit };

/** Told when code that was given up comes to an end after all. */
export type LateEnd = (attempt: Attempt) => void;

type AttemptPolicy = Pick<TaskPolicy, 'softTimeLimit' | 'timeLimit' | 'acks' | 'onWorkerLost'>;

/**
 * One run of a task's code, with its limits. It ends once: whatever the code does afterwards is refused.
 *
 * On the hot path it costs one object and two promises: one timer serves the limits of all, and the
 * AbortController is made when `signal` is first read.
 */
export class Attempt implements TaskScope {
  /** The task's own code has been entered; guards and pipes have let the call pass. */
  entered = false;
  /** The code has come to an end, be it in time or late. */
  ended = false;
  /** Among those that run; their collection keeps it. */
  place = -1;
  /** Among those the watchdog sees; 0: it does not. */
  slot = 0;
  /** Told when its limits have moved. */
  onExtended: ((attempt: Attempt) => void) | undefined;
  /** When the next limit passes, by performance.now(). It may move away, not closer. */
  deadline: number;

  /** Whatever the code comes to, the call ends revoked. */
  revoked = false;

  protected completion: StorableResult | undefined;
  protected hard: number;
  protected end: ((end: AttemptEnd) => void) | undefined;
  private readonly startedAt = performance.now();
  private soft: number;
  private controller: AbortController | undefined;
  private abortReason: Error | undefined;
  private shields = 0;
  private shieldEnd = 0;
  /** Why the signal is to be aborted as soon as the code is out of its shield. */
  private heldReason: Error | undefined;

  constructor(
    protected readonly delivery: Delivery,
    public args: readonly unknown[],
    readonly headers: Readonly<Record<string, string>>,
    protected readonly policy: AttemptPolicy,
    private readonly onLateEnd: LateEnd,
  ) {
    this.soft = policy.softTimeLimit ?? Number.POSITIVE_INFINITY;
    this.hard = policy.timeLimit ?? Number.POSITIVE_INFINITY;
    this.deadline = this.startedAt + Math.min(this.soft, this.hard);
  }

  get id(): string {
    return this.delivery.id;
  }

  get name(): string {
    return this.delivery.name;
  }

  get queue(): string {
    return this.delivery.queue;
  }

  get retries(): number {
    return this.delivery.retries;
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.abortReason) this.controller.abort(this.abortReason);
    }
    return this.controller.signal;
  }

  /** When its hard limit passes, by performance.now(). */
  get hardDeadline(): number {
    return this.startedAt + this.hard;
  }

  get elapsed(): number {
    return performance.now() - this.startedAt;
  }

  /** Progress is shown, not relied on: a broker that does not take it must not fail the work. */
  async saveProgress(progress: unknown): Promise<void> {
    if (!this.end) return;
    try {
      await this.delivery.saveProgress(progress).catch(() => this.delivery.saveProgress(progress));
    } catch (error) {
      new Logger('Worker').warn(
        `Progress of "${this.name}" (${this.id}) could not be stored: ${String(error)}`,
      );
    }
  }

  async completeWithin(transaction: BrokerTransaction, result: StorableResult): Promise<void> {
    if (!this.end) throw new LockLostError(this.id);
    const undo = () => {
      this.completion = undefined;
      if (this.end) this.delivery.keepLock();
    };
    try {
      await this.delivery.completeWithin(transaction, result.value);
    } catch (error) {
      // An earlier one may have gone well, and this one in a savepoint.
      if (!this.completing) undo();
      throw error;
    }
    this.completion = result;
    transaction.onRollback(undo);
  }

  get completing(): boolean {
    return this.completion !== undefined;
  }

  /** What a transaction of the task's own completed the call with, unless it came to nothing. */
  async completedWithin(): Promise<StorableResult | undefined> {
    return this.completion && (await this.delivery.isComplete()) ? this.completion : undefined;
  }

  appendLog(line: string): Promise<void> {
    return this.delivery.appendLog(line);
  }

  extendLimits(by: Duration): void {
    const more = parseDuration(by);
    this.soft += more;
    this.hard += more;
    this.deadline += more;
    this.onExtended?.(this);
  }

  beginShield(atMost: Duration): void {
    if (this.abortReason) throw this.abortReason;
    this.extendLimits(atMost);
    this.shieldFor(parseDuration(atMost));
  }

  endShield(): void {
    this.shields--;
    if (this.shields === 0 && this.heldReason) this.applyAbort(this.heldReason);
  }

  /** Milliseconds for which the code must not be broken off. */
  get shielded(): number {
    return this.shields > 0 && this.end ? Math.max(0, this.shieldEnd - performance.now()) : 0;
  }

  protected shieldFor(milliseconds: number): void {
    this.shields++;
    this.shieldEnd = Math.max(this.shieldEnd, performance.now() + milliseconds);
  }

  /** Runs the code to its end, or to the point where it is given up. */
  run(code: () => unknown): Promise<AttemptEnd> {
    return new Promise((resolve) => {
      this.end = resolve;
      taskScope.run(this, () => this.enter(code));
    });
  }

  private enter(code: () => unknown): void {
    let going: unknown;
    try {
      going = code();
    } catch (error) {
      return this.onError(error);
    }
    const promise = going instanceof Promise ? going : Promise.resolve(going);
    promise.then(this.onValue, this.onError);
  }

  private readonly onValue = (value: unknown): void => this.finish({ kind: 'returned', value });
  private readonly onError = (error: unknown): void =>
    this.finish({ kind: 'threw', error: this.explain(error) });

  /** Aborts the signal, if need be after the code's shield. The first reason stays. */
  abort(reason: Error): void {
    if (this.shielded > 0) this.heldReason ??= reason;
    else this.applyAbort(reason);
  }

  protected applyAbort(reason: Error): void {
    this.abortReason ??= reason;
    this.controller?.abort(reason);
  }

  /** The worker can wait no longer: gives the call up for another to run, or for good if it must not run again. */
  cutShort(): void {
    this.applyAbort(new ShuttingDown());
    this.giveUp(
      runsAgain(this.policy)
        ? { kind: 'handedBack' }
        : { kind: 'threw', error: new WorkerLostError(this.name, 'its worker had to shut down') },
    );
  }

  /** The call must end. @param terminate its code is not waited for */
  revoke(terminate: boolean): void {
    if (!this.end) return;
    this.revoked = true;
    const error = new Revoked(this.id);
    this.abort(error);
    if (!terminate) return;
    this.applyAbort(error);
    this.giveUp({ kind: 'revoked', error });
  }

  /** A limit has passed: ends the attempt, or moves the deadline. */
  onDeadline(): void {
    const elapsed = this.elapsed + 1;
    if (elapsed >= this.hard) this.overrun();
    else if (elapsed >= this.soft) {
      this.abort(new SoftTimeLimitExceeded(this.name, formatDuration(this.soft)));
      this.deadline = this.startedAt + this.hard;
    }
  }

  /** Code on this process's event loop cannot be stopped. */
  protected overrun(): void {
    const error = new TimeLimitExceeded(this.name, formatDuration(this.hard), true);
    this.applyAbort(error);
    this.giveUp({ kind: 'abandoned', error });
  }

  protected finish(end: AttemptEnd): void {
    this.ended = true;
    if (this.end) this.giveUp(end);
    else this.onLateEnd(this);
  }

  protected giveUp(end: AttemptEnd): void {
    this.deadline = Number.POSITIVE_INFINITY;
    const resolve = this.end;
    this.end = undefined;
    resolve?.(end);
  }

  /** What waits on an aborted signal often throws a bare AbortError; the reason for it says more. */
  private explain(error: unknown): unknown {
    const bare = error instanceof Error && error.name === 'AbortError';
    return this.abortReason && bare ? this.abortReason : error;
  }
}
