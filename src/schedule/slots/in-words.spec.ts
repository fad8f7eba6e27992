import { describe, expect, it } from 'vitest';
import { inWords } from './index.js';

describe('a schedule in words', () => {
  it.each([
    ['0 3 * * *', 'At 03:00 AM'],
    ['*/10 * * * *', 'Every 10 minutes'],
    ['*/5 * * * * *', 'Every 5 seconds'],
    ['30 2 * * mon-fri', 'At 02:30 AM, Monday through Friday'],
    ['0 0 L * ?', 'At 12:00 AM, on the last day of the month'],
    ['@hourly', 'Every hour'],
    ['@weekdays', 'At 12:00 AM, Monday through Friday'],
    ['@secondly', 'Every second'],
    ['not a cron expression', 'not a cron expression'],
  ])('%s is "%s"', (cron, words) => {
    expect(inWords({ cron, timezone: 'UTC' })).toBe(words);
  });

  it.each([
    [600_000, 'every 10 minutes'],
    [60_000, 'every minute'],
    [90_000, 'every 90 seconds'],
    [86_400_000, 'every day'],
    [1_500, 'every 1500 milliseconds'],
  ])('an interval of %i ms is "%s"', (every, words) => {
    expect(inWords({ every, from: 0 })).toBe(words);
  });

  it('once is the instant', () => {
    expect(inWords({ at: Date.parse('2026-03-29T01:00Z') })).toBe('once, at 2026-03-29T01:00:00.000Z');
  });
});
