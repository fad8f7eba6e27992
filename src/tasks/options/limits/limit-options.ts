import type { Duration } from '../../duration.js';
import type { ErrorClass } from '../task-options.js';
import type { Rate } from './rate.js';

/** The arguments of a call, as the task's method takes them. */
// oxlint-disable-next-line typescript/no-explicit-any -- a decorator cannot know the method it will stand on
export type CallArguments = readonly any[];

/**
 * Derives a key from the arguments of a call: a recipient, a tenant, a domain. Same arguments, same key; it must not
 * have effects. What it throws fails the call.
 *
 * @publicApi
 */
export type KeyOf = (args: CallArguments) => string | number;

/** What becomes of a call above a rate limit. @publicApi */
export type OnExceeded = 'delay' | 'drop' | 'fail';

/** @publicApi */
export interface RateLimitOptions {
  /** A rate of the task's own, `'50/m'`, or the name of one that tasks share (`rateLimits` of TasksModule). */
  limit: Rate | (string & {});
  /** So many may start at once after a pause. Defaults to 1: evenly spaced. */
  burst?: number;
  /**
   * What has the limit for itself: each key that a function derives from the arguments, or each worker process
   * (`'worker'`, Celery's meaning). Defaults to the whole cluster.
   */
  per?: 'worker' | KeyOf;
  /**
   * `delay`: the call waits in the broker for its turn, and spends no retry. `drop`: it ends *ignored*. `fail`: it fails
   * with `RateLimitExceededError`. Defaults to `'delay'`.
   */
  onExceeded?: OnExceeded;
}

/** A rate, the name of a shared one, or either with its options. @publicApi */
export type RateLimit = Rate | (string & {}) | RateLimitOptions;

/** A shared rate limit, as TasksModule declares it. @publicApi */
export type SharedRateLimit = Rate | { limit: Rate; burst?: number };

/** @publicApi */
export interface ConcurrencyOptions {
  limit: number;
  /** Counts each key for itself. Defaults to the task as a whole. */
  per?: KeyOf;
}

/** What becomes of a call whose lock another one holds. @publicApi */
export type OnLocked = 'wait' | 'drop' | 'fail';

/** @publicApi */
export interface UniqueOptions {
  /** What makes two calls the same. Defaults to all their arguments. */
  by?: KeyOf;
  /** How long the first one keeps others away: until its code begins, or until it has ended. Defaults to `'finished'`. */
  until?: 'started' | 'finished';
  /**
   * And no longer than this, counted from when it was sent, however long it takes. Shorter than `timeLimit`, another may
   * begin while it runs. Defaults to no such bound.
   */
  for?: Duration;
}

/** @publicApi */
export interface WindowOptions {
  /** What makes two calls the same. Defaults to all their arguments. */
  by?: KeyOf;
  /** The time. */
  for: Duration;
}

/** @publicApi */
export interface BreakerOptions {
  /** So many failures within `window` open the breaker. */
  failures: number;
  /** Defaults to `'1m'`. */
  window?: Duration;
  /** How long an open breaker keeps calls away before one of them is let through as a probe. Defaults to `'30s'`. */
  cooldown?: Duration;
  /**
   * Errors that count, subclasses included; with none, only what code counts itself (`TaskBreakers.countFailure`).
   * Defaults to `[Error]`.
   */
  on?: readonly ErrorClass[];
}

/**
 * How many calls run, how often, and which together. All of them hold for the whole cluster; `null` switches one off
 * that a farther layer has set.
 *
 * @publicApi
 */
export interface LimitOptions {
  /**
   * Starts per time, over all workers; one limit, or several that hold together. Exact to the start (GCRA), by the
   * broker's clock. Celery: `rate_limit`, which is per worker. Defaults to none.
   */
  rateLimit?: RateLimit | readonly RateLimit[] | null;
  /** Calls of the task that run at once, over all workers. Defaults to no limit but that of the queue. */
  maxConcurrency?: number | ConcurrencyOptions | null;
  /** Calls with the same key run one after another, whatever their task. Defaults to none. */
  lock?: KeyOf | null;
  /**
   * What becomes of a call whose lock another one holds: it waits in the broker and spends no retry, ends *ignored*, or
   * fails with `LockedError`. Defaults to `'wait'`.
   */
  onLocked?: OnLocked;
  /**
   * A call like one that has not ended is not added; its caller gets the handle of that one, with `duplicate: true`. In one
   * queue; decided in one step with the insertion. Excludes `debounce` and `throttle`. Defaults to none.
   */
  unique?: UniqueOptions | null;
  /**
   * A call waits for so long; one like it that comes meanwhile takes its place, and waits anew. Only the last of a
   * burst runs, and it always does. The handle of one that was replaced knows nothing any more: its `state()` is null.
   * Calls take neither `eta` nor `countdown`. Excludes `unique` and `throttle`. Defaults to none.
   */
  debounce?: WindowOptions | null;
  /**
   * Of calls alike, the first in so long is added; callers of the others get its handle, with `duplicate: true`. If it
   * fails, is revoked, expires or is quarantined, the next one is added. Should not be longer than `resultTtl`. Excludes
   * `unique` and `debounce`. Defaults to none.
   */
  throttle?: WindowOptions | null;
  /**
   * Pauses the task while what it depends on is down: calls wait in the broker, and spend no retry. The name of one that
   * tasks share (`breakers` of TasksModule), or one of its own. Defaults to none.
   */
  breaker?: (string & {}) | BreakerOptions | null;
  /**
   * Whose call it is. Callers take turns: the many calls of one do not hold up the few of another. A call is given its turn
   * when it is sent, and keeps it when it is retried. Needs `fair: true` on the queue. Defaults to none.
   */
  fairBy?: KeyOf | null;
}
