import { type LimitDraft, type LimitPolicy, NO_LIMITS } from './limits/limit-policy.js';
import type { Acks, ErrorClass, OnWorkerLost } from './task-options.js';

/** The options of a task, resolved: every field present, every duration in milliseconds, `null` = no limit. */
export interface TaskPolicy extends LimitPolicy {
  readonly queue: string;
  readonly autoretryFor: readonly ErrorClass[];
  readonly dontAutoretryFor: readonly ErrorClass[];
  readonly throws: readonly ErrorClass[];
  readonly maxRetries: number | null;
  readonly retryBackoff: number;
  readonly retryBackoffMax: number;
  readonly retryJitter: boolean;
  readonly softTimeLimit: number | null;
  readonly timeLimit: number | null;
  readonly acks: Acks;
  readonly onWorkerLost: OnWorkerLost;
  readonly maxDeliveries: number;
  readonly crashBudget: number;
  readonly isolate: boolean;
}

/** A policy before the shared limits that it names are looked up. */
export type PolicyDraft = Omit<TaskPolicy, keyof LimitPolicy> & LimitDraft;

/** The part of a policy that one call may override; it travels in the envelope. */
export type PolicyOverrides = Partial<
  Pick<
    TaskPolicy,
    | 'maxRetries'
    | 'retryBackoff'
    | 'retryBackoffMax'
    | 'retryJitter'
    | 'softTimeLimit'
    | 'timeLimit'
    | 'acks'
    | 'onWorkerLost'
    | 'crashBudget'
  >
>;

/** The defaults of every task. The table in docs/reference.md is checked against this object. */
export const DEFAULT_POLICY: TaskPolicy & PolicyDraft = Object.freeze({
  queue: 'default',
  autoretryFor: [Error],
  dontAutoretryFor: [],
  throws: [],
  maxRetries: 3,
  retryBackoff: 2_000,
  retryBackoffMax: 600_000,
  retryJitter: true,
  softTimeLimit: 300_000,
  timeLimit: 360_000,
  acks: 'late',
  onWorkerLost: 'redeliver',
  maxDeliveries: 20,
  crashBudget: 3,
  isolate: false,
  ...NO_LIMITS,
});
