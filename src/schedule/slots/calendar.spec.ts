import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../tasks/errors/configuration.errors.js';
import { latestSlot, nextSlot } from './index.js';

describe('a cron expression', () => {
  it.each([
    ['0 0 29 2 *', '2026-01-01T00:00Z', ['2028-02-29T00:00Z', '2032-02-29T00:00Z']],
    ['0 0 29 2 *', '2096-03-01T00:00Z', ['2104-02-29T00:00Z']],
    ['0 0 31 * *', '2026-01-31T00:00Z', ['2026-03-31T00:00Z', '2026-05-31T00:00Z', '2026-07-31T00:00Z']],
    ['0 0 L * *', '2028-01-31T00:00Z', ['2028-02-29T00:00Z', '2028-03-31T00:00Z', '2028-04-30T00:00Z']],
    ['0 0 13 * 5', '2026-03-01T00:00Z', ['2026-03-06T00:00Z', '2026-03-13T00:00Z', '2026-03-20T00:00Z']],
    ['0 0 13 * 5', '2026-04-10T00:00Z', ['2026-04-13T00:00Z', '2026-04-17T00:00Z']],
    ['0 0 * * 5#3', '2026-03-01T00:00Z', ['2026-03-20T00:00Z', '2026-04-17T00:00Z']],
    ['0 0 * * 5L', '2026-03-01T00:00Z', ['2026-03-27T00:00Z', '2026-04-24T00:00Z']],
    ['0 0 * * 7', '2026-03-01T00:00Z', ['2026-03-08T00:00Z']],
    ['0 9 * jan-mar MON-FRI', '2026-01-02T09:00Z', ['2026-01-05T09:00Z', '2026-01-06T09:00Z']],
    ['*/20 * * * * *', '2026-01-01T00:00:30Z', ['2026-01-01T00:00:40Z', '2026-01-01T00:01:00Z']],
    ['15 30 9 * * *', '2026-01-01T00:00Z', ['2026-01-01T09:30:15Z', '2026-01-02T09:30:15Z']],
    ['5/20 * * * *', '2026-01-01T00:00Z', ['2026-01-01T00:05Z', '2026-01-01T00:25Z', '2026-01-01T00:45Z']],
    ['@yearly', '2026-01-01T00:00Z', ['2027-01-01T00:00Z']],
    ['@annually', '2026-01-01T00:00Z', ['2027-01-01T00:00Z']],
    ['@monthly', '2026-01-15T00:00Z', ['2026-02-01T00:00Z', '2026-03-01T00:00Z']],
    ['@weekly', '2026-03-01T00:00Z', ['2026-03-08T00:00Z']],
    ['@daily', '2026-03-01T00:00Z', ['2026-03-02T00:00Z']],
    ['@weekdays', '2026-03-06T00:00Z', ['2026-03-09T00:00Z']],
    ['@weekends', '2026-03-07T00:00Z', ['2026-03-08T00:00Z', '2026-03-14T00:00Z']],
    ['@hourly', '2026-03-01T00:00Z', ['2026-03-01T01:00Z']],
    ['@minutely', '2026-03-01T00:00Z', ['2026-03-01T00:01Z']],
    ['@secondly', '2026-03-01T00:00Z', ['2026-03-01T00:00:01Z']],
    ['0 3 * * *', '1969-12-31T12:00Z', ['1970-01-01T03:00Z']],
  ])('%s is due after %s at %o', (cron, after, expected) => {
    const when = { cron, timezone: 'UTC' };
    let from = Date.parse(after);
    for (const slot of expected) {
      expect(nextSlot(when, from)).toBe(Date.parse(slot));
      expect(latestSlot(when, from, Date.parse(slot))).toBe(Date.parse(slot));
      expect(latestSlot(when, from, Date.parse(slot) - 1)).toBeUndefined();
      from = Date.parse(slot);
    }
  });

  it('is due at its local time', () => {
    expect(nextSlot({ cron: '0 9 * * *', timezone: 'Asia/Kolkata' }, Date.parse('2026-01-01T00:00Z'))).toBe(
      Date.parse('2026-01-01T03:30Z'),
    );
  });

  it('that never happens has no slots', () => {
    const when = { cron: '0 0 31 2,4 *', timezone: 'Europe/Berlin' };
    expect(nextSlot(when, 0)).toBeUndefined();
    expect(latestSlot(when, 0, Date.parse('2026-01-01T00:00Z'))).toBeUndefined();
    expect(nextSlot({ ...when, cron: '0 * 31 2,4 *' }, 0)).toBeUndefined();
  });

  it('that was stored and cannot be read here is refused by name', () => {
    expect(() => nextSlot({ cron: '0 25 * * *', timezone: 'UTC' }, 0)).toThrow(InvalidOptionError);
    expect(() => nextSlot({ cron: '0 1 * * *', timezone: 'Mars/Base' }, 0)).toThrow(/"Mars\/Base"/);
  });

  it('is still due after more expressions than are kept', () => {
    const when = { cron: '0 3 * * *', timezone: 'UTC' };
    const first = nextSlot(when, 0);
    for (let index = 0; index < 1_100; index++) {
      nextSlot({ cron: `${index % 60} ${Math.floor(index / 60)} 1 * *`, timezone: 'UTC' }, 0);
    }
    expect(nextSlot(when, 0)).toBe(first);
  });
});
