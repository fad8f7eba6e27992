import { describe, expect, it } from 'vitest';
import { AnswerDelay } from './answer-delay.js';

const delays = (lags: readonly number[], offset = 0): number[] => {
  const delay = new AnswerDelay();
  return lags.map((lag, index) => Math.round(delay.of(index * 100 + offset, index * 100 + lag)));
};

describe('the delay of answers', () => {
  it('is how much later than usual one comes', () => {
    expect(delays([5, 6, 5, 205, 5, 5])).toEqual([0, 1, 0, 200, 0, 0]);
  });

  it.each([-3_600_000, 3_600_000])('does not depend on where the clocks stand: %d ms apart', (offset) => {
    expect(delays([5, 5, 205, 5], offset)).toEqual([0, 0, 200, 0]);
  });

  it('of a store that has become slow is soon no longer unusual', () => {
    const slow = delays([5, ...Array.from({ length: 20 }, () => 105)]);
    expect(slow[1]).toBe(100);
    expect(slow.findIndex((late, index) => index > 0 && late < 40)).toBeLessThan(8);
    expect(slow.at(-1)).toBeLessThan(5);
  });

  it('when a clock jumps, passes', () => {
    const delay = new AnswerDelay();
    delay.of(1_000, 1_005);
    expect(delay.of(500, 1_105)).toBe(600);
    for (let answer = 0; answer < 20; answer++) delay.of(600 + answer, 1_205 + answer);
    expect(delay.of(700, 1_305)).toBeLessThan(10);
    expect(delay.of(9_000, 1_405)).toBe(0);
    expect(delay.of(9_100, 1_505)).toBe(0);
  });
});
