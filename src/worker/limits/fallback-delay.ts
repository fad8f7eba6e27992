import type { Refusal } from '../../limits/index.js';

/** More than clocks may differ by: a call that is called in must not have come by itself just before. */
const MARGIN = 10_000;
const SPREAD = 30_000;
/** Milliseconds between two that come by themselves. */
const APART = 20;
const LONGEST = 3_600_000;

/**
 * When a call that waits for a limit comes by itself, in ms, should nobody call it in: after its turn, and not together
 * with others.
 */
export function fallbackDelay(
  { by, delay, ahead }: Pick<Refusal, 'by' | 'delay' | 'ahead'>,
  random: number,
): number {
  const spread = random * SPREAD;
  const wait = by.gate.kind === 'rate' ? delay * 1.1 : SPREAD + delay + ahead * APART;
  return Math.round(Math.min(wait, Math.max(delay, LONGEST)) + MARGIN + spread);
}
