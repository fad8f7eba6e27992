import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../tasks/errors/configuration.errors.js';
import { moment, toDate } from './moment.js';

const NOW = Date.UTC(2026, 0, 31, 12);
const read = (value: string) => toDate(moment(value, 'celeriac failed list', '--since'), NOW).toISOString();

describe('a moment', () => {
  it.each([
    ['30m', '2026-01-31T11:30:00.000Z'],
    ['1.5h', '2026-01-31T10:30:00.000Z'],
    ['0s', '2026-01-31T12:00:00.000Z'],
    ['2026-01-30', '2026-01-30T00:00:00.000Z'],
    ['2026-01-30T03:00', '2026-01-30T03:00:00.000Z'],
    ['2026-01-30T03:00:07.5Z', '2026-01-30T03:00:07.500Z'],
    ['2026-01-30T03:00+02:00', '2026-01-30T01:00:00.000Z'],
  ])('%s is %s', (value, date) => {
    expect(read(value)).toBe(date);
  });

  it.each(['yesterday', '30', '2026', '2026-13-01', '2026-01-30T25:00', '2026-01-30 03:00', '-2h', ''])(
    '%j is none',
    (value) => {
      expect(() => read(value)).toThrow(InvalidOptionError);
      expect(() => read(value)).toThrow(/"--since" is ".*"\. Write how long ago/);
    },
  );
});
