import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moments, rateOf, worstWindow } from './windows.js';

const BOUND = { limit: 10, burst: 1, tolerance: 100, shortest: 1_000 };
const worst = (times: number[]) => worstWindow(moments(times), BOUND);
const every = (pause: number, count: number) => Array.from({ length: count }, (_, index) => index * pause);

describe('the window that exceeds a rate most', () => {
  it('is within the bound where starts are evenly spaced, and up to the tolerance early', () => {
    expect(worst(every(100, 50)).excess).toBeLessThanOrEqual(0);
    expect(worst(every(100, 50).map((at, index) => at - (index % 2) * 99)).excess).toBeLessThanOrEqual(0);
  });

  it('is found wherever it is, however long', () => {
    expect(worst([0, 500, ...every(100, 13).map((at) => at / 2 + 3_000), 9_000])).toEqual({
      length: 1_000,
      count: 13,
      excess: 1,
    });
    expect(worst(every(97, 100)).excess).toBeGreaterThan(0);
    expect(worst(every(97, 20)).excess).toBeLessThanOrEqual(0);
  });

  it('knows no window shorter than the shortest', () => {
    expect(worst(Array.from({ length: 12 }, () => 5)).excess).toBeCloseTo(0);
    expect(worst(Array.from({ length: 13 }, () => 5)).excess).toBeCloseTo(1);
  });

  it('counts only what must have happened in it', () => {
    const early = Array.from({ length: 20 }, () => ({ from: 0, to: 50 }));
    const perhaps = Array.from({ length: 20 }, (_, index) => ({ from: index * 100, to: 2_000 }));
    expect(worstWindow(early, BOUND).excess).toBeCloseTo(8);
    expect(worstWindow(perhaps, BOUND).excess).toBeLessThanOrEqual(0);
  });

  it('is the same as by trying all pairs', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5_000), { minLength: 1, maxLength: 60 }), (times) => {
        const excesses = times.flatMap((from) =>
          times
            .filter((to) => to >= from)
            .map((to) => {
              const count = times.filter((at) => at >= from && at <= to).length;
              return count - 1 - 10 * (Math.max(1_000, to - from) / 1_000 + 0.1);
            }),
        );
        expect(worst(times).excess).toBeCloseTo(Math.max(-1, ...excesses));
      }),
    );
  });
});

it('a rate is counted from the first to the last', () => {
  expect(rateOf(every(100, 11))).toBe(10);
  expect(rateOf([2_000, 0, 500])).toBe(1);
});
