export { Admission, type Passage, type Refusal } from './admission.js';
export { breakerGate } from './gate-of.js';
export { GateKeeper } from './gate-keeper.js';
export { HeldPermits } from './held-permits.js';
export { LIMITS_PROVIDERS } from './limits.providers.js';
export { TaskGates } from './task-gates.js';
