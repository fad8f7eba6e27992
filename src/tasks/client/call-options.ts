import type { Duration } from '../duration.js';
import type { DeliveryOptions, RetryPolicyOptions, TimeLimitOptions } from '../options/task-options.js';

/** @publicApi */
export type TaskPriority = 'high' | 'normal' | 'low';

/**
 * What one call may ask for. Celery: the options of `apply_async`.
 *
 * @publicApi
 */
export interface CallOptions
  extends Omit<RetryPolicyOptions, 'autoretryFor' | 'dontAutoretryFor'>, TimeLimitOptions, DeliveryOptions {
  /** Do not begin before this time has passed. Excludes `eta`. */
  countdown?: Duration;
  /** Do not begin before this moment. Excludes `countdown`. */
  eta?: Date;
  /** Do not begin after this time, or this moment; the call then ends *expired*. */
  expires?: Duration | Date;
  /** Needs `priorities: true` on the queue. Defaults to `'normal'`. */
  priority?: TaskPriority;
  /** Another queue than the task's own. It must be declared in TasksModule. */
  queue?: string;
  /**
   * An id of your own; a second call with it does nothing and its handle says `duplicate: true`. Good for as
   * long as the first is kept (`resultTtl`, `keepFailed`). Letters, digits, `.`, `_`, `-`.
   */
  taskId?: string;
  /** Strings for the task to read at `task.headers`: a tenant, a locale, a request id. */
  headers?: Readonly<Record<string, string>>;
}

/** The options of `delayMany`: those of a call, without an id. @publicApi */
export type ManyCallOptions = Omit<CallOptions, 'taskId'>;
