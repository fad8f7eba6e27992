import { describe, expect, it } from 'vitest';
import { nextAttempt } from './next-attempt.js';

const MINUTE = 60_000;

describe('the next attempt', () => {
  it.each([
    ['transient', null, 0, 1_000, 2_000],
    ['transient', null, 4, 16_000, 32_000],
    ['greylisted', null, 0, 5 * MINUTE, 5.5 * MINUTE],
    ['greylisted', null, 2, 20 * MINUTE, 22 * MINUTE],
    ['soft', null, 0, 60 * MINUTE, 66 * MINUTE],
    ['transient', 300_000, 0, 301_000, 331_000],
    ['greylisted', 10_000, 3, 11_000, 12_000],
  ] as const)(
    'after a %s reply with the hint %s and %i retries comes in %i to %i ms',
    (kind, hint, retries, least, most) => {
      expect(nextAttempt({ kind, hint }, retries, 0)).toBe(least);
      expect(nextAttempt({ kind, hint }, retries, 1)).toBe(most);
    },
  );

  it('does not come when all retries are spent, whatever the server names', () => {
    expect(nextAttempt({ kind: 'greylisted', hint: 1_000 }, 5, 0)).toBeNull();
  });
});
