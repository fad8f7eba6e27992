import { describe, expect, it } from 'vitest';
import { busiestSecond } from './busiest-second.js';

describe('the busiest second', () => {
  it.each([
    ['of nothing', [], 0],
    ['of one', [5], 1],
    ['need not begin with a full second', [900, 1_000, 1_500, 1_899], 4],
    ['ends before its last millisecond', [0, 999, 1_000], 2],
    ['is found in any order', [5_000, 0, 5_100, 5_200], 3],
  ])('%s', (_what, times, most) => {
    expect(busiestSecond(times)).toBe(most);
  });
});
