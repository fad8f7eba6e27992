import type { Provider } from '@nestjs/common';
import { Admission } from './admission.js';
import { GateKeeper } from './gate-keeper.js';
import { GatePass } from './gate-pass.js';
import { HeldPermits } from './held-permits.js';
import { LimitGauges } from './limit-gauges.js';
import { KnownLimits } from './known-limits.js';
import { TaskBreakers } from './task-breakers.service.js';
import { TaskGates } from './task-gates.js';
import { TaskLimits } from './task-limits.service.js';
import { TaskLocks } from './task-locks.service.js';
import { Visitors } from './visit.js';

/** Everything limits are made of. */
export const LIMITS_PROVIDERS: Provider[] = [
  Admission,
  GateKeeper,
  GatePass,
  HeldPermits,
  KnownLimits,
  LimitGauges,
  TaskBreakers,
  TaskGates,
  TaskLimits,
  TaskLocks,
  Visitors,
];
