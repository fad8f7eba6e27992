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

describe('a fixed hour that the clocks skip', () => {
  it.each([
    [
      'on the days around it, at its time',
      '30 2 * * *',
      '2026-03-28T00:00Z',
      '2026-03-30T12:00Z',
      ['2026-03-28T01:30Z', '2026-03-29T01:00Z', '2026-03-30T00:30Z'],
    ],
    [
      'once, however many times are skipped',
      '0,30 2 * * *',
      '2026-03-29T00:00Z',
      '2026-03-29T12:00Z',
      ['2026-03-29T01:00Z'],
    ],
    [
      'once, if the end of the gap is due itself',
      '0 2,3 * * *',
      '2026-03-29T00:00Z',
      '2026-03-29T12:00Z',
      ['2026-03-29T01:00Z'],
    ],
    [
      'besides what is due before and after',
      '*/30 1-3 * * *',
      '2026-03-28T23:30Z',
      '2026-03-29T12:00Z',
      ['2026-03-29T00:00Z', '2026-03-29T00:30Z', '2026-03-29T01:00Z', '2026-03-29T01:30Z'],
    ],
    [
      'not at the end of the gap, if nothing in it is due',
      '30 1,3 * * *',
      '2026-03-29T00:00Z',
      '2026-03-29T12:00Z',
      ['2026-03-29T00:30Z', '2026-03-29T01:30Z'],
    ],
    [
      'a range of all hours counts as fixed',
      '15 0-23 * * *',
      '2026-03-29T00:00Z',
      '2026-03-29T02:00Z',
      ['2026-03-29T00:15Z', '2026-03-29T01:00Z', '2026-03-29T01:15Z'],
    ],
    ['with seconds', '59 59 2 * * *', '2026-03-29T00:00Z', '2026-03-29T12:00Z', ['2026-03-29T01:00Z']],
  ])('is due when they have changed: %s', (_, cron, after, until, expected) => {
    expect(slots(cron, 'Europe/Berlin', after, until)).toEqual(expected);
  });

  it.each([
    [
      'half an hour',
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2026-10-03T00:00Z',
      '2026-10-05T00:00Z',
      ['2026-10-03T15:30Z', '2026-10-04T15:15Z'],
    ],
    [
      'half an hour, and the half hour after it',
      '*/15 2 * * *',
      'Australia/Lord_Howe',
      '2026-10-03T00:00Z',
      '2026-10-04T00:00Z',
      ['2026-10-03T15:30Z', '2026-10-03T15:45Z'],
    ],
    [
      'midnight',
      '@daily',
      'America/Santiago',
      '2026-09-05T12:00Z',
      '2026-09-07T12:00Z',
      ['2026-09-06T04:00Z', '2026-09-07T03:00Z'],
    ],
    [
      'midnight',
      '30 0 * * *',
      'Asia/Beirut',
      '2026-03-28T12:00Z',
      '2026-03-30T12:00Z',
      ['2026-03-28T22:00Z', '2026-03-29T21:30Z'],
    ],
    [
      'the day of the week that begins in the gap',
      '0 0 * * 0',
      'Asia/Beirut',
      '2026-03-28T12:00Z',
      '2026-03-30T12:00Z',
      ['2026-03-28T22:00Z'],
    ],
    [
      'a whole day',
      '0 3 * * *',
      'Pacific/Apia',
      '2011-12-29T00:00Z',
      '2012-01-01T00:00Z',
      ['2011-12-29T13:00Z', '2011-12-30T10:00Z', '2011-12-30T13:00Z', '2011-12-31T13:00Z'],
    ],
    [
      'a whole day, the only one',
      '0 3 30 12 *',
      'Pacific/Apia',
      '2011-12-01T00:00Z',
      '2012-02-01T00:00Z',
      ['2011-12-30T10:00Z'],
    ],
  ])('is due when they have changed, if they skip %s: %s', (_, cron, zone, after, until, expected) => {
    expect(slots(cron, zone, after, until)).toEqual(expected);
  });
});

describe('a fixed hour that the clocks repeat', () => {
  it.each([
    [
      'at its time',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-24T12:00Z',
      '2026-10-26T12:00Z',
      ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    ],
    [
      'from its first second',
      '0 2 * * *',
      'Europe/Berlin',
      '2026-10-24T12:00Z',
      '2026-10-25T12:00Z',
      ['2026-10-25T00:00Z'],
    ],
    [
      'and what follows is due once too',
      '0,30 1-3 * * *',
      'Europe/Berlin',
      '2026-10-24T22:30Z',
      '2026-10-25T12:00Z',
      [
        '2026-10-24T23:00Z',
        '2026-10-24T23:30Z',
        '2026-10-25T00:00Z',
        '2026-10-25T00:30Z',
        '2026-10-25T02:00Z',
        '2026-10-25T02:30Z',
      ],
    ],
    [
      'with half an hour',
      '45 1 * * *',
      'Australia/Lord_Howe',
      '2026-04-04T00:00Z',
      '2026-04-05T20:00Z',
      ['2026-04-04T14:45Z', '2026-04-05T15:15Z'],
    ],
    [
      'before midnight',
      '30 23 * * *',
      'America/Santiago',
      '2026-04-04T12:00Z',
      '2026-04-06T12:00Z',
      ['2026-04-05T02:30Z', '2026-04-06T03:30Z'],
    ],
    [
      'and the midnight that ends it is due at its end',
      '@daily',
      'Asia/Beirut',
      '2026-10-24T12:00Z',
      '2026-10-25T12:00Z',
      ['2026-10-24T22:00Z'],
    ],
  ])('is due the first time only: %s, %s in %s', (_, cron, zone, after, until, expected) => {
    expect(slots(cron, zone, after, until)).toEqual(expected);
  });

  it('is not due again to one who asks during the second time', () => {
    const when = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };
    expect(nextSlot(when, Date.parse('2026-10-25T01:10Z'))).toBe(Date.parse('2026-10-26T01:30Z'));
    expect(latestSlot(when, 0, Date.parse('2026-10-25T01:45Z'))).toBe(Date.parse('2026-10-25T00:30Z'));
  });
});

describe('the latest slot of a fixed hour', () => {
  const when = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };

  it.each([
    ['2026-03-29T00:59:59.999Z', '2026-03-28T01:30Z'],
    ['2026-03-29T01:00Z', '2026-03-29T01:00Z'],
    ['2026-03-29T01:45Z', '2026-03-29T01:00Z'],
    ['2026-03-30T00:29Z', '2026-03-29T01:00Z'],
    ['2026-03-30T00:30Z', '2026-03-30T00:30Z'],
  ])('until %s is %s', (until, expected) => {
    expect(latestSlot(when, 0, Date.parse(until))).toBe(Date.parse(expected));
  });
});

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
