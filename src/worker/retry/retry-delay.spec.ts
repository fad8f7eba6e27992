import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelay } from './retry-delay.js';

const policy = (retryJitter: boolean, retryBackoff = 2_000, retryBackoffMax = 600_000) => ({
  retryJitter,
  retryBackoff,
  retryBackoffMax,
});

describe('the delay before a retry', () => {
  it('doubles up to its cap: 2, 4, 8, 16, 32 s … 10 min', () => {
    const delays = Array.from(
      { length: 11 },
      (_, retries) => retryDelay(policy(false), retries, 0.5) / 1_000,
    );
    expect(delays).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
  });

  it('with jitter is drawn evenly from zero to the backoff, both ends included', () => {
    expect(retryDelay(policy(true), 1, 0)).toBe(0);
    expect(retryDelay(policy(true), 1, 0.999_999)).toBe(4_000);
    expect(retryDelay(policy(true), 1, 0.5)).toBe(2_000);
  });

  it('is a whole number within its bounds, whatever the policy and however many retries', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        fc.nat(1e9),
        fc.nat(1e9),
        fc.boolean(),
        fc.nat(1e6),
        random,
        (base, cap, jitter, retries, draw) => {
          const delay = retryDelay(policy(jitter, base, cap), retries, draw);
          expect(Number.isSafeInteger(delay) && delay >= 0 && delay <= cap).toBe(true);
        },
      ),
    );
  });
});
