export { Admission, type Passage, type Refusal } from './admission.js';
export { breakerGate } from './gate-of.js';
export { GateKeeper } from './gate-keeper.js';
export { KnownLimits } from './known-limits.js';
export { HeldPermits } from './held-permits.js';
export { LIMITS_PROVIDERS } from './limits.providers.js';
export { TaskGates } from './task-gates.js';
export { type BreakerState, TaskBreakers } from './task-breakers.service.js';
export {
  type ConcurrencyLimitState,
  type RateLimitState,
  TaskLimits,
  type WithinLimitOptions,
} from './task-limits.service.js';
export { type HeldLock, type LockOptions, TaskLocks } from './task-locks.service.js';
