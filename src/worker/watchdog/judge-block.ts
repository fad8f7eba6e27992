/** An attempt that runs while the event loop is blocked. */
export interface Suspected {
  readonly task: string;
  readonly id: string;
  /** When its hard limit passes, in ms. */
  readonly deadline: number;
}

export interface BlockFacts {
  readonly now: number;
  /** For how long the loop has not turned, in ms. */
  readonly blocked: number;
  /** The attempt whose code runs; undefined if that is not known. */
  readonly culprit: Suspected | undefined;
  /** All that have begun. */
  readonly running: readonly Suspected[];
}

/** What the watchdog does about a loop that does not turn. */
export type BlockVerdict =
  | { readonly kind: 'wait' }
  /** Says who is at it; nothing else yet. */
  | { readonly kind: 'warn'; readonly by: readonly Suspected[] }
  /** A hard limit has passed, and nobody can enforce it from inside. */
  | { readonly kind: 'end'; readonly by: readonly Suspected[] };

/** Shorter blocks are what large inputs and collections of garbage cost. */
const NOTICED = 1_000;
const WARNED = 5_000;

/** Decides what a blocked event loop calls for. */
export function judgeBlock({ now, blocked, culprit, running }: BlockFacts): BlockVerdict {
  if (blocked < NOTICED) return { kind: 'wait' };
  const by = culprit ? [culprit] : running;
  if (by.some(({ deadline }) => deadline <= now)) return { kind: 'end', by };
  return blocked >= WARNED ? { kind: 'warn', by } : { kind: 'wait' };
}
