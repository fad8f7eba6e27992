import type { Provider } from '@nestjs/common';
import { Admission } from './admission.js';
import { GateKeeper } from './gate-keeper.js';
import { GatePass } from './gate-pass.js';
import { HeldPermits } from './held-permits.js';
import { KnownLimits } from './known-limits.js';
import { TaskGates } from './task-gates.js';

/** Everything limits are made of. */
export const LIMITS_PROVIDERS: Provider[] = [
  Admission,
  GateKeeper,
  GatePass,
  HeldPermits,
  KnownLimits,
  TaskGates,
];
