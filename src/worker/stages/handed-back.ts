import type { Outcome } from './outcome.js';

/** Leaves a call to another worker, or to this one later; nothing is spent. */
export const handedBack = (reason: string): Outcome => ({
  name: 'handed back',
  reason,
  settlement: { kind: 'handBack' },
});
