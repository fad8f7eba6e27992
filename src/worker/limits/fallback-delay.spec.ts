import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakerGate, lockGate, rateGate } from '../../limits/gate-of.js';
import type { CallGate } from '../../limits/task-gates.js';
import { fallbackDelay } from './fallback-delay.js';

const by = (gate: CallGate['gate']): CallGate => ({ gate, onRefused: 'wait' });
const rate = by(rateGate('smtp', { count: 10, period: 1_000, burst: 1 }));
const gates = [rate, by(lockGate('a')), by(breakerGate('b', { failures: 1, window: 1, cooldown: 1 }))];

describe('the time after which a call that waits comes by itself', () => {
  it('is after its turn, by more than clocks may differ, and is not for ever', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...gates),
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.nat(100_000),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (gate, delay, ahead, random) => {
          const fallback = fallbackDelay({ by: gate, delay, ahead }, random);
          expect(fallback).toBeGreaterThanOrEqual(delay + 10_000);
          expect(fallback).toBeLessThanOrEqual(Math.max(delay, 3_600_000) + 40_000);
        },
      ),
    );
  });

  it('grows with those before it, so that they do not come together', () => {
    const at = (ahead: number) => fallbackDelay({ by: gates[1] as CallGate, delay: 1, ahead }, 0);
    expect(at(1_000) - at(0)).toBe(20_000);
  });
});
