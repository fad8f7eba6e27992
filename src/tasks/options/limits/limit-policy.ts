import type { ErrorClass } from '../task-options.js';
import type { KeyOf, OnExceeded, OnLocked } from './limit-options.js';
import type { RateSpec } from './rate.js';

export interface RateLimitPolicy {
  /** The name of a shared limit; absent: one of the task's own. */
  readonly shared?: string;
  /** The rate of one of its own. */
  readonly rate?: RateSpec;
  readonly per: 'cluster' | 'worker' | KeyOf;
  readonly onExceeded: OnExceeded;
}

export interface ConcurrencyPolicy {
  readonly limit: number;
  readonly per: KeyOf | null;
}

/** Durations in milliseconds. */
export interface UniquePolicy {
  /** null: all arguments. */
  readonly by: KeyOf | null;
  readonly until: 'started' | 'finished';
  readonly for: number | null;
}

export interface WindowPolicy {
  readonly by: KeyOf | null;
  readonly for: number;
}

export interface BreakerSpec {
  readonly failures: number;
  readonly window: number;
  readonly cooldown: number;
  readonly on: readonly ErrorClass[];
}

/** {@link LimitOptions}, resolved. */
export interface LimitPolicy {
  readonly rateLimit: readonly RateLimitPolicy[];
  readonly maxConcurrency: ConcurrencyPolicy | null;
  readonly lock: KeyOf | null;
  readonly onLocked: OnLocked;
  readonly unique: UniquePolicy | null;
  readonly debounce: WindowPolicy | null;
  readonly throttle: WindowPolicy | null;
  /** A string names a shared one. */
  readonly breaker: string | BreakerSpec | null;
  readonly fairBy: KeyOf | null;
}

export const NO_LIMITS: LimitPolicy = Object.freeze({
  rateLimit: [],
  maxConcurrency: null,
  lock: null,
  onLocked: 'wait',
  unique: null,
  debounce: null,
  throttle: null,
  breaker: null,
  fairBy: null,
});
