import { describe, expect, it } from 'vitest';
import { mostAtOnce } from './at-once.js';

describe('the most at once', () => {
  it.each([
    [[], 0],
    [[[0, 10]], 1],
    [
      [
        [0, 10],
        [10, 20],
      ],
      1,
    ],
    [
      [
        [0, 10],
        [9, 20],
      ],
      2,
    ],
    [
      [
        [0, 100],
        [10, 20],
        [15, 30],
        [25, 40],
        [50, 60],
      ],
      3,
    ],
  ] as const)('of %j is %i', (stays, most) => {
    expect(mostAtOnce(stays.map(([from, to]) => ({ from, to })))).toBe(most);
  });
});
