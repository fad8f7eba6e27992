import { describe, expect, it } from 'vitest';
import { latestSlot, nextSlot } from './index.js';

function slots(cron: string, timezone: string, after: string, until: string): string[] {
  const found: string[] = [];
  let slot = nextSlot({ cron, timezone }, Date.parse(after));
  while (slot !== undefined && slot <= Date.parse(until) && found.length < 100) {
    found.push(new Date(slot).toISOString().replace(':00.000Z', 'Z'));
    slot = nextSlot({ cron, timezone }, slot);
  }
  return found;
}

describe('an hour field that begins with *', () => {
  it.each([
    [
      'every hour',
      '30 * * * *',
      'Europe/Berlin',
      '2026-03-29T00:00Z',
      '2026-03-29T02:00Z',
      ['2026-03-29T00:30Z', '2026-03-29T01:30Z'],
    ],
    [
      'the preset',
      '@hourly',
      'Europe/Berlin',
      '2026-03-28T23:30Z',
      '2026-03-29T02:00Z',
      ['2026-03-29T00:00Z', '2026-03-29T01:00Z', '2026-03-29T02:00Z'],
    ],
    [
      'every two hours: 0, 4',
      '0 */2 * * *',
      'Europe/Berlin',
      '2026-03-28T22:30Z',
      '2026-03-29T03:00Z',
      ['2026-03-28T23:00Z', '2026-03-29T02:00Z'],
    ],
    [
      'half an hour: 1:45, 2:45',
      '15,45 * * * *',
      'Australia/Lord_Howe',
      '2026-10-03T15:00Z',
      '2026-10-03T16:00Z',
      ['2026-10-03T15:15Z', '2026-10-03T15:45Z'],
    ],
    [
      'midnight',
      '0 */6 * * *',
      'America/Santiago',
      '2026-09-05T20:00Z',
      '2026-09-06T10:00Z',
      ['2026-09-05T22:00Z', '2026-09-06T09:00Z'],
    ],
    [
      'a whole day',
      '0 */12 * * *',
      'Pacific/Apia',
      '2011-12-29T20:00Z',
      '2011-12-31T00:00Z',
      ['2011-12-29T22:00Z', '2011-12-30T10:00Z', '2011-12-30T22:00Z'],
    ],
    [
      'its only day: never in that year',
      '0 * 30 12 *',
      'Pacific/Apia',
      '2011-12-01T00:00Z',
      '2012-06-01T00:00Z',
      [],
    ],
    [
      '? is the same',
      '30 ? * * *',
      'Europe/Berlin',
      '2026-03-29T00:00Z',
      '2026-03-29T02:00Z',
      ['2026-03-29T00:30Z', '2026-03-29T01:30Z'],
    ],
  ])('is not due in a gap, nor made up for: %s', (_, cron, zone, after, until, expected) => {
    expect(slots(cron, zone, after, until)).toEqual(expected);
  });

  it.each([
    [
      'every hour',
      '30 * * * *',
      'Europe/Berlin',
      '2026-10-24T23:00Z',
      '2026-10-25T02:30Z',
      ['2026-10-24T23:30Z', '2026-10-25T00:30Z', '2026-10-25T01:30Z', '2026-10-25T02:30Z'],
    ],
    [
      'every two hours: 2, 2, 4',
      '0 */2 * * *',
      'Europe/Berlin',
      '2026-10-24T23:00Z',
      '2026-10-25T03:00Z',
      ['2026-10-25T00:00Z', '2026-10-25T01:00Z', '2026-10-25T03:00Z'],
    ],
    [
      'half an hour: 1:45, 1:45',
      '45 */1 * * *',
      'Australia/Lord_Howe',
      '2026-04-04T14:00Z',
      '2026-04-04T16:00Z',
      ['2026-04-04T14:45Z', '2026-04-04T15:15Z'],
    ],
    [
      'before midnight',
      '30 * * * *',
      'America/Santiago',
      '2026-04-05T02:00Z',
      '2026-04-05T05:00Z',
      ['2026-04-05T02:30Z', '2026-04-05T03:30Z', '2026-04-05T04:30Z'],
    ],
    [
      'a day of the month: its last hour',
      '0 * 4 4 *',
      'America/Santiago',
      '2026-04-05T01:30Z',
      '2026-04-06T00:00Z',
      ['2026-04-05T02:00Z', '2026-04-05T03:00Z'],
    ],
  ])('is due both times the clocks show it: %s', (_, cron, zone, after, until, expected) => {
    expect(slots(cron, zone, after, until)).toEqual(expected);
  });

  it('never pauses when it is due every minute', () => {
    for (const change of ['2026-03-29T01:00Z', '2026-10-25T01:00Z']) {
      const at = Date.parse(change);
      const when = { cron: '* * * * *', timezone: 'Europe/Berlin' };
      for (let minute = -65; minute < 65; minute++) {
        expect(nextSlot(when, at + minute * 60_000)).toBe(at + (minute + 1) * 60_000);
        expect(latestSlot(when, 0, at + minute * 60_000 + 59_999)).toBe(at + minute * 60_000);
      }
    }
  });

  it('finds a match that is years away and behind several changes', () => {
    const when = { cron: '30 * 29 2 *', timezone: 'America/New_York' };
    expect(nextSlot(when, Date.parse('2024-03-01T05:00Z'))).toBe(Date.parse('2028-02-29T05:30Z'));
    expect(latestSlot(when, 0, Date.parse('2028-02-29T05:00Z'))).toBe(Date.parse('2024-03-01T04:30Z'));
  });
});
