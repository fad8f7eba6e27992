import type { ErrorClass } from '../task-options.js';
import type { KeyOf, OnExceeded, OnLocked } from './limit-options.js';
import type { RateSpec } from './rate.js';

export interface RateLimitPolicy {
  /** What it is called for the whole cluster: a shared name, or the task's own. */
  readonly name: string;
  readonly rate: RateSpec;
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

export interface BreakerPolicy extends BreakerSpec {
  /** A shared name, or the task's own. */
  readonly name: string;
}

/** LimitOptions, resolved. */
export interface LimitPolicy {
  readonly rateLimit: readonly RateLimitPolicy[];
  readonly maxConcurrency: ConcurrencyPolicy | null;
  readonly lock: KeyOf | null;
  readonly onLocked: OnLocked;
  readonly unique: UniquePolicy | null;
  readonly debounce: WindowPolicy | null;
  readonly throttle: WindowPolicy | null;
  readonly breaker: BreakerPolicy | null;
  readonly fairBy: KeyOf | null;
}

/** A rate limit as it is written: a rate, or the name of a shared one. */
export interface RateLimitDraft extends Omit<RateLimitPolicy, 'name' | 'rate'> {
  readonly limit: RateSpec | string;
}

/** The same before what it names is looked up. */
export interface LimitDraft extends Omit<LimitPolicy, 'rateLimit' | 'breaker'> {
  readonly rateLimit: readonly RateLimitDraft[];
  readonly breaker: string | BreakerSpec | null;
}

export const NO_LIMITS = Object.freeze({
  rateLimit: [],
  maxConcurrency: null,
  lock: null,
  onLocked: 'wait',
  unique: null,
  debounce: null,
  throttle: null,
  breaker: null,
  fairBy: null,
}) satisfies LimitPolicy;
