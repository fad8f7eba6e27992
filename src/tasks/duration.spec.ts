import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration.js';

describe('durations', () => {
  it.each([
    ['0s', 0],
    ['250ms', 250],
    ['1.5s', 1_500],
    ['90s', 90_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
  ])('%s is %i ms', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

  it.each([5, '5', '5 s', '-1s', '1e3s', 's', '', null, undefined, {}, '1w', '9999999999999999d'])(
    '%j is refused',
    (value) => expect(() => parseDuration(value)).toThrow(/is not a duration/),
  );

  it('formats what parses back to the same time', () => {
    fc.assert(
      fc.property(fc.nat(1e12), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });

  it('formats with the largest unit that is exact', () => {
    expect([90_000, 120_000, 86_400_000, 1_001, 0].map(formatDuration)).toEqual([
      '90s',
      '2m',
      '1d',
      '1001ms',
      '0ms',
    ]);
  });
});
