import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRate, rate } from './rate.js';

const parse = (value: unknown) => rate(value, 'task "t"', 'rateLimit');

describe('a rate', () => {
  it.each([
    ['50/m', { count: 50, period: 60_000 }],
    ['10/s', { count: 10, period: 1_000 }],
    ['1/d', { count: 1, period: 86_400_000 }],
    ['5/10m', { count: 5, period: 600_000 }],
    ['3/250ms', { count: 3, period: 250 }],
  ])('%s', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each(['', '50', '0/m', '-1/m', '50/', '50/w', 'm/50', '1.5/s', '5/0s', 50, null, {}])(
    'is not %j; the error names the value and shows how it is written',
    (value) => {
      expect(() => parse(value)).toThrow(/^task "t": option "rateLimit" is .*, not a rate\. Write .*'50\/m'/);
    },
  );

  it('is shown as it is written', () => {
    const periods = fc.constantFrom(250, 1_000, 60_000, 90_000, 600_000, 3_600_000, 36_000_000, 86_400_000);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), periods, (count, period) => {
        expect(parse(formatRate({ count, period }))).toEqual({ count, period });
      }),
    );
    expect(formatRate({ count: 50, period: 60_000 })).toBe('50/m');
    expect(formatRate({ count: 5, period: 600_000 })).toBe('5/10m');
  });
});
