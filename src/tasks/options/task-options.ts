import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Duration } from '../duration.js';
import type { LimitOptions } from './limits/limit-options.js';

/** A class of errors: `Error`, `BadImage`, … Subclasses are included. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/**
 * When and how often a failed attempt runs again.
 *
 * @publicApi
 */
export interface RetryPolicyOptions {
  /**
   * Errors that are retried, subclasses included. In the async pool `TimeLimitExceeded` is retried only if it is named
   * itself: its code may still be running. Celery's `autoretry_for`, but on by default.
   * Defaults to `[Error]`.
   */
  autoretryFor?: readonly ErrorClass[];
  /** Errors that are never retried, whatever `autoretryFor` says. Celery: `dont_autoretry_for`. Defaults to `[]`. */
  dontAutoretryFor?: readonly ErrorClass[];
  /** Retries after the first attempt; `null` retries for ever. Celery: `max_retries`. Defaults to 3. */
  maxRetries?: number | null;
  /**
   * Delay before the first retry; it doubles with each further one (2, 4, 8, 16, 32 s).
   * Celery: `retry_backoff`. Defaults to `'2s'`.
   */
  retryBackoff?: Duration;
  /** No delay is longer than this. Celery: `retry_backoff_max`. Defaults to `'10m'`. */
  retryBackoffMax?: Duration;
  /**
   * Full jitter: each delay is drawn evenly from zero to its backoff, so that a thousand calls that failed
   * together do not come back together. Celery: `retry_jitter`. Defaults to true.
   */
  retryJitter?: boolean;
}

/** @publicApi */
export interface TimeLimitOptions {
  /**
   * After this time `task.signal` is aborted with `SoftTimeLimitExceeded`; `null` switches the limit off.
   * Celery: `soft_time_limit`. Defaults to `'5m'`.
   */
  softTimeLimit?: Duration | null;
  /**
   * After this time the attempt fails with `TimeLimitExceeded` and its slot is free. Isolated code is killed; in the
   * async pool it may go on. `null` switches the limit off. Must not be below `softTimeLimit`. Celery: `time_limit`.
   * Defaults to `'6m'`.
   */
  timeLimit?: Duration | null;
}

/** When a call counts as taken off its queue. @publicApi */
export type Acks = 'late' | 'early';
/** What becomes of a call whose worker was lost while its code ran. @publicApi */
export type OnWorkerLost = 'redeliver' | 'fail';

/** @publicApi */
export interface DeliveryOptions {
  /**
   * `late`: a call is taken off its queue when its code has ended, so it survives its worker. `early`: when its code
   * begins, so it runs at most once per attempt; if its worker is lost meanwhile it fails with `WorkerLostError`.
   * Celery: `acks_late`, but on by default. Defaults to `'late'`.
   */
  acks?: Acks;
  /**
   * With late acks: `redeliver` runs a call whose worker was lost (crash, power cut, lost lock) again, `fail` ends it
   * with `WorkerLostError`. Celery: `reject_on_worker_lost`. Defaults to `'redeliver'`.
   */
  onWorkerLost?: OnWorkerLost;
  /**
   * How many deaths of its own a call may cause before it is quarantined: exits, signals, running out of memory, alone
   * in its process. Apart from retries. Excludes `acks: 'early'` and `onWorkerLost: 'fail'`, with which the first one
   * fails the call. Defaults to 3.
   */
  crashBudget?: number;
}

/**
 * What `defaults` of TasksModule, `@Tasks` and `@Task` have in common. The nearest one wins:
 * task, then class, then module, then the default named at each field.
 *
 * @publicApi
 */
export interface TaskDefaults extends RetryPolicyOptions, TimeLimitOptions, DeliveryOptions, LimitOptions {
  /** The queue calls wait in; it must be declared in TasksModule. Defaults to `'default'`. */
  queue?: string;
  /**
   * Errors that belong to the task's business (a card that is declined): subclasses included, they are logged without a
   * stack and not reported. Whether they are retried is `autoretryFor`'s to say. Celery: `throws`. Defaults to `[]`.
   */
  throws?: readonly ErrorClass[];
  /**
   * How often a call may lose its worker, whoever is to blame (crash, lost lock), before it is quarantined.
   * Defaults to 20.
   */
  maxDeliveries?: number;
  /**
   * Each attempt runs alone in a child process, whatever the pool of its worker; `worker.app` tells what the child
   * boots. Defaults to false.
   */
  isolate?: boolean;
}

/**
 * The policy of one task.
 *
 * @publicApi
 */
export interface TaskOptions extends TaskDefaults {
  /**
   * The name calls carry. Renaming a task strands the calls that wait under the old name, so give a name to
   * every task you may refactor. Defaults to `ClassName.method`.
   */
  name?: string;
  /**
   * A Standard Schema (zod, valibot, arktype, …) of the argument tuple. It is checked when the task is called,
   * and again before it runs, when the method receives its output. Defaults to none.
   */
  schema?: StandardSchemaV1;
}

/** The same fields for every task of a class: `@Tasks({ queue: 'images' })`. @publicApi */
export type TasksOptions = TaskDefaults;
