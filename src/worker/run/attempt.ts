import { Logger } from '@nestjs/common';
import type { Delivery } from '../../tasks/broker-port.js';
import type { TaskScope } from '../../tasks/context/task-scope.js';
import { taskScope } from '../../tasks/context/task-scope.js';
import { type Duration, formatDuration, LONGEST_TIMER, parseDuration } from '../../tasks/duration.js';
import {
  ShuttingDown,
  SoftTimeLimitExceeded,
  TimeLimitExceeded,
} from '../../tasks/errors/delivery.errors.js';
import type { TaskPolicy } from '../../tasks/options/task-policy.js';
import { type Limited, LimitTimer } from './limit-timer.js';

/** How an attempt ended. */
export type AttemptEnd =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown }
  /** The hard limit passed; the code may still be running. */
  | { readonly kind: 'abandoned'; readonly error: TimeLimitExceeded }
  /** Shutdown could wait no longer; the code may still be running. */
  | { readonly kind: 'handedBack' };

/** Told when code that was given up comes to an end after all. */
export type LateEnd = (attempt: Attempt) => void;

type Limits = Pick<TaskPolicy, 'softTimeLimit' | 'timeLimit'>;

/**
 * One run of a task's code, with its limits. It ends once: whatever the code does afterwards is refused.
 *
 * On the hot path it costs one object and two promises; its first limit shares a timer, and the AbortController is made
 * when `signal` is first read.
 */
export class Attempt implements TaskScope, Limited {
  /** The task's own code has been entered; guards and pipes have let the call pass. */
  entered = false;
  /** The code has come to an end, be it in time or late. */
  ended = false;
  readonly startedAt = performance.now();

  private controller: AbortController | undefined;
  private abortReason: Error | undefined;
  private firstLimit: LimitTimer | undefined;
  private timer: NodeJS.Timeout | undefined;
  private extension = 0;
  private end: ((end: AttemptEnd) => void) | undefined;

  constructor(
    private readonly delivery: Delivery,
    public args: readonly unknown[],
    readonly headers: Readonly<Record<string, string>>,
    private readonly limits: Limits,
    private readonly onLateEnd: LateEnd,
  ) {}

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

  appendLog(line: string): Promise<void> {
    return this.delivery.appendLog(line);
  }

  extendLimits(by: Duration): void {
    this.extension += parseDuration(by);
    this.arm();
  }

  /** Runs the code to its end, or to the point where it is given up. */
  run(code: () => unknown): Promise<AttemptEnd> {
    return new Promise((resolve) => {
      this.end = resolve;
      this.begin();
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

  /** Aborts the signal. The first reason stays. */
  abort(reason: Error): void {
    this.abortReason ??= reason;
    this.controller?.abort(reason);
  }

  /** Gives the call up for another worker to run. */
  handBack(): void {
    this.abort(new ShuttingDown());
    this.giveUp({ kind: 'handedBack' });
  }

  /** A limit may have passed. */
  onLimit(): void {
    const { softTimeLimit: soft, timeLimit: hard } = this.limits;
    const elapsed = this.elapsed + 1;
    if (hard !== null && elapsed >= hard + this.extension) {
      const error = new TimeLimitExceeded(this.name, formatDuration(hard + this.extension));
      this.abort(error);
      this.giveUp({ kind: 'abandoned', error });
      return;
    }
    if (soft !== null && elapsed >= soft + this.extension) {
      this.abort(new SoftTimeLimitExceeded(this.name, formatDuration(soft + this.extension)));
    }
    this.arm();
  }

  private finish(end: AttemptEnd): void {
    this.ended = true;
    if (this.end) this.giveUp(end);
    else this.onLateEnd(this);
  }

  private giveUp(end: AttemptEnd): void {
    this.disarm();
    const resolve = this.end;
    this.end = undefined;
    resolve?.(end);
  }

  private begin(): void {
    const first = this.limits.softTimeLimit ?? this.limits.timeLimit;
    if (first === null) return;
    this.firstLimit = LimitTimer.of(first);
    this.firstLimit.add(this);
  }

  private disarm(): void {
    this.firstLimit?.remove(this);
    this.firstLimit = undefined;
    clearTimeout(this.timer);
  }

  /** Sets a timer of its own to the next limit ahead. */
  private arm(): void {
    this.disarm();
    if (!this.end) return;
    const { softTimeLimit: soft, timeLimit: hard } = this.limits;
    const next = soft !== null && !this.abortReason ? soft : hard;
    if (next === null) return;
    const wait = Math.min(LONGEST_TIMER, Math.max(0, next + this.extension - this.elapsed));
    this.timer = setTimeout(() => this.onLimit(), wait);
  }

  /** What waits on an aborted signal often throws a bare AbortError; the reason for it says more. */
  private explain(error: unknown): unknown {
    const bare = error instanceof Error && error.name === 'AbortError';
    return this.abortReason && bare ? this.abortReason : error;
  }
}
