import type { Ending, Policy } from './ending.js';
import type { Pool, Weapon } from './points.js';
import type { Strike } from './script.js';

/** A line of the table: what befalls a call, and how it ends. */
export interface Row {
  readonly title: string;
  readonly pools: readonly Pool[];
  readonly policies: readonly Policy[];
  readonly weapons: readonly Weapon[];
  strikes(by: Weapon): readonly Strike[];
  ends(policy: Policy, pool: Pool, by: Weapon): Ending;
  /** Its code runs in a child process, whatever the pool. */
  readonly isolated?: true;
  /** No child process is free when it comes. */
  readonly blocked?: true;
  /** It may be lost three times. */
  readonly brittle?: true;
  /** Those around it must not run again: nothing that befalls them may be taken for a loss. */
  readonly innocents?: Policy;
  readonly throws?: number;
  readonly lasts?: number;
  readonly lastsAgain?: number;
  readonly timeLimit?: '600ms';
}

/** Pools in which code runs on the worker's event loop, and those in which it may run in a child. */
export const SHARED = ['async', 'async, no app'] as const satisfies readonly Pool[];
export const WITH_CHILDREN = ['async', 'prefork'] as const satisfies readonly Pool[];

/** Ends of a process, at any point; and those that only code comes to. */
export const DEATHS = ['SIGKILL', 'exit'] as const satisfies readonly Weapon[];
export const DEATHS_BY_CODE = [...DEATHS, 'memory', 'late rejection'] as const satisfies readonly Weapon[];
export const SHUTDOWNS = ['SIGTERM', 'SIGTERM twice'] as const satisfies readonly Weapon[];

/** Outlasts a renewal of its lock. */
export const PAST_A_RENEWAL = 3_000;
/** Goes on while a stale attempt comes back, which happens as soon as it has begun. */
export const PAST_A_RETURN = 1_200;
