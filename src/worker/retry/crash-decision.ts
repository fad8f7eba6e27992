import type { TaskPolicy } from '../../tasks/options/task-policy.js';
import { runsAgain } from './runs-again.js';

export interface CrashFacts {
  readonly policy: Pick<TaskPolicy, 'acks' | 'onWorkerLost' | 'crashBudget' | 'maxDeliveries'>;
  /** Deaths of its own so far, this one included. */
  readonly charged: number;
  /** Losses of any kind so far, this one included. */
  readonly losses: number;
  /** How its process died last, for people. */
  readonly how: string;
}

/** What becomes of a call whose process died. */
export type CrashDecision =
  | { readonly kind: 'redeliver' }
  | { readonly kind: 'fail' }
  | { readonly kind: 'quarantine'; readonly reason: string };

/** Nothing is redelivered without bound, and nothing against the wish of its task. */
export function decideCrash({ policy, charged, losses, how }: CrashFacts): CrashDecision {
  if (!runsAgain(policy)) return { kind: 'fail' };
  if (charged >= policy.crashBudget) {
    return {
      kind: 'quarantine',
      reason: `it crashed ${charged} times, alone in its process (crashBudget is ${policy.crashBudget}); the last time, ${how}`,
    };
  }
  if (losses >= policy.maxDeliveries) {
    return {
      kind: 'quarantine',
      reason: `it lost its worker ${losses} times (maxDeliveries is ${policy.maxDeliveries})`,
    };
  }
  return { kind: 'redeliver' };
}
