import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptDelay, milliseconds } from './send-policy.js';

describe('the delay before the next attempt', () => {
  it.each([
    [0, 1_000, 2_000],
    [1, 2_000, 4_000],
    [4, 16_000, 32_000],
    [9, 300_000, 600_000],
    [1_000, 300_000, 600_000],
  ])('after %i retries lies between %i and %i ms', (retries, least, most) => {
    expect(attemptDelay(retries, 0)).toBe(least);
    expect(attemptDelay(retries, 1)).toBe(most);
  });

  it('never shrinks with a further retry, at the same lot', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (retries, lot) => {
        expect(attemptDelay(retries + 1, lot)).toBeGreaterThanOrEqual(attemptDelay(retries, lot));
      }),
    );
  });

  it('is written as a duration of whole milliseconds', () => {
    expect(milliseconds(1_500.2)).toBe('1501ms');
  });
});
