import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../tasks/errors/configuration.errors.js';
import { cronExpression } from './index.js';

const parse = (value: unknown) => cronExpression(value, 'schedule "nightly"', 'cron');

describe('the option of a cron expression', () => {
  it.each([
    ['0 3 * * *', '0 3 * * *'],
    ['  0   3 *\t* * ', '0 3 * * *'],
    ['*/10 0 3 * * *', '*/10 0 3 * * *'],
    ['@Daily', '@daily'],
    ['0 0 L * MON#2', '0 0 L * MON#2'],
    ['0 9 * MAR THU', '0 9 * MAR THU'],
    ['0 0 29 2 *', '0 0 29 2 *'],
    ['0 0 31 2 5', '0 0 31 2 5'],
    ['0 0 * * 1,5L', '0 0 * * 1,5L'],
  ])('%s is read as %s', (value, expected) => {
    expect(parse(value)).toBe(expected);
  });

  it.each([
    [undefined, 'is undefined'],
    [5, 'is 5'],
    ['', 'is ""'],
    ['   ', 'is "   "'],
    ['3 * * *', 'is "3 * * *", not a cron expression (it has 4 fields, not 5 or 6)'],
    ['* * * * * * *', 'it has 7 fields'],
    ['60 * * * *', 'is "60 * * * *", not a cron expression'],
    ['0 24 * * *', 'is "0 24 * * *", not a cron expression'],
    ['0 22-4 * * *', 'is "0 22-4 * * *", not a cron expression'],
    ['*/0 * * * *', 'not a cron expression'],
    ['0 0 * * monday', 'not a cron expression'],
    ['0 1-3-5 * * *', '"1-3-5" is not an item of a field'],
    ['0 0-*/2 * * *', '"0-*/2" is not an item of a field'],
    ['0 1, * * *', '"" is not an item of a field'],
    ['H H * * *', 'H is not supported'],
    ['H/5 * * * *', 'H is not supported'],
    ['@reboot', 'the presets are @yearly, '],
    ['constructor', 'not a cron expression'],
    ['0 0 30 2 *', 'is "0 0 30 2 *", which never happens'],
    ['0 0 31 4 *', 'is "0 0 31 4 *", which never happens'],
    ['0 0 31 2,4,6 *', 'is "0 0 31 2,4,6 *", which never happens'],
    ['0 * 30-31 2 *', 'is "0 * 30-31 2 *", which never happens'],
  ])('%j is refused: %s', (value, problem) => {
    expect(() => parse(value)).toThrow(InvalidOptionError);
    expect(() => parse(value)).toThrow(problem);
  });

  it('is refused with where it is and what to write', () => {
    expect(() => parse('0 25 * * *')).toThrow(
      /^schedule "nightly": option "cron" is "0 25 \* \* \*", .* Write minute, hour, .* such as '0 3 \* \* \*'/,
    );
  });
});
