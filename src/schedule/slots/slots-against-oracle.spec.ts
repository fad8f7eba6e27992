import { CronExpressionParser } from 'cron-parser';
import { describe, expect, it } from 'vitest';
import { latestSlot, nextSlot, type When } from './index.js';

// The oracle knows nothing of offsets and changes: it walks through real time in steps, reads the local time from
// Intl as anybody would from a clock, and compares every local time that was crossed since the step before.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** More slots than any schedule here has: the end of a walk that does not advance. */
const MOST = 10_000;

/** A local time by its fields, and as a number to compare, as if it were UTC. */
interface Local {
  readonly at: number;
  readonly wall: number;
}

function localTimes(timezone: string, from: number, until: number, step: number): Local[] {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const times: Local[] = [];
  for (let at = from; at <= until; at += step) {
    const [month, day, year, hour, minute, second] = clock.format(at).match(/\d+/g)!.map(Number);
    times.push({ at, wall: Date.UTC(year!, month! - 1, day, hour, minute, second) });
  }
  return times;
}

const NAMES = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

function numberOf(name: string): number {
  if (NAMES.includes(name)) return NAMES.indexOf(name) + 1;
  return DAYS.includes(name) ? DAYS.indexOf(name) : Number(name);
}

function valuesOf(field: string, lowest: number, highest: number): Set<number> {
  const values = new Set<number>();
  for (const item of field.split(',')) {
    const [range, step = '1'] = item.split('/');
    const [first, last = item.includes('/') ? String(highest) : first] = range!.split('-');
    const from = range === '*' ? lowest : numberOf(first!);
    const to = range === '*' ? highest : numberOf(last!);
    for (let value = from; value <= to; value += Number(step)) values.add(value);
  }
  return values;
}

/** Whether the hour goes on in real time, and whether a wall time matches. */
function read(cron: string): { realTime: boolean; matches: (wall: number) => boolean } {
  const fields = cron.split(' ');
  if (fields.length === 5) fields.unshift('0');
  const [second, minute, hour, day, month, weekday] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const seconds = valuesOf(second, 0, 59);
  const minutes = valuesOf(minute, 0, 59);
  const hours = valuesOf(hour, 0, 23);
  const days = valuesOf(day, 1, 31);
  const months = valuesOf(month, 1, 12);
  const weekdays = valuesOf(weekday, 0, 7);
  if (weekdays.has(7)) weekdays.add(0);
  const either = day !== '*' && weekday !== '*';
  const matches = (wall: number) => {
    const sinceMidnight = ((wall % DAY) + DAY) % DAY;
    if (!minutes.has(Math.floor(sinceMidnight / MINUTE) % 60)) return false;
    if (!hours.has(Math.floor(sinceMidnight / HOUR))) return false;
    if (!seconds.has(Math.floor(sinceMidnight / SECOND) % 60)) return false;
    const date = new Date(wall);
    if (!months.has(date.getUTCMonth() + 1)) return false;
    const dayMatches = days.has(date.getUTCDate());
    const weekdayMatches = weekdays.has(date.getUTCDay());
    return either ? dayMatches || weekdayMatches : dayMatches && weekdayMatches;
  };
  return { realTime: hour.startsWith('*'), matches };
}

/** The slots of all local times but the first, which only tells where the clocks stood. */
function slotsByOracle(cron: string, times: readonly Local[], step: number): number[] {
  const { realTime, matches } = read(cron);
  const slots: number[] = [];
  let furthest = times[0]!.wall;
  for (const { at, wall } of times.slice(1)) {
    if (realTime) {
      if (matches(wall)) slots.push(at);
      continue;
    }
    let due = false;
    for (let crossed = furthest + step; crossed <= wall; crossed += step) due ||= matches(crossed);
    if (due) slots.push(at);
    furthest = Math.max(furthest, wall);
  }
  return slots;
}

function slotsByWalking(when: When, after: number, until: number): number[] {
  const slots: number[] = [];
  let slot = nextSlot(when, after);
  while (slot !== undefined && slot <= until && slots.length < MOST) {
    slots.push(slot);
    slot = nextSlot(when, slot);
  }
  return slots;
}

function slotsByWalkingBack(when: When, after: number, until: number): number[] {
  const slots: number[] = [];
  let slot = latestSlot(when, after, until);
  while (slot !== undefined && slots.length < MOST) {
    slots.push(slot);
    slot = latestSlot(when, after, slot - 1);
  }
  return slots.toReversed();
}

const EXPRESSIONS = [
  '30 2 * * *',
  '0,30 2 * * *',
  '*/15 2 * * *',
  '0 3 * * *',
  '0 2 * * *',
  '0 0 * * *',
  '30 0 * * *',
  '59 23 * * *',
  '15 1-3 * * *',
  '10-50/20 1,2,3 * * *',
  '45 2,23 * * *',
  '40 0-23 * * *',
  '20 0-23/5 * * *',
  '0 1/2 * * *',
  '15 1 * * *',
  '0 * * * *',
  '20,50 * * * 0,6',
  '*/25 * 4,5,29 * *',
  '30 */2 * * *',
  '0 */3 * * *',
  '15,45 */12 * * *',
  '0 * * * sun',
  '0 0 1 * *',
  '0 0 31 * *',
  '0 0 13 * 5',
  '30 2 * * 0',
  '0 2 29 3 *',
  '30 0 1-7 sep-nov mon',
  '5 4 * mar,apr,oct *',
  '30 1 * * 6,7',
];

const SPANS: readonly (readonly [zone: string, month: string])[] = [
  ['Europe/Berlin', '2026-03'],
  ['Europe/Berlin', '2026-10'],
  ['America/New_York', '2026-03'],
  ['America/New_York', '2026-11'],
  ['Australia/Lord_Howe', '2026-10'],
  ['Australia/Lord_Howe', '2026-04'],
  ['America/Santiago', '2026-09'],
  ['America/Santiago', '2026-04'],
  ['Asia/Beirut', '2026-03'],
  ['Asia/Beirut', '2026-10'],
  ['Africa/Casablanca', '2026-03'],
  ['Africa/Casablanca', '2026-02'],
  ['Asia/Kolkata', '2026-06'],
  ['Pacific/Apia', '2011-12'],
];

describe.each(SPANS)('minute by minute, the slots of %s in %s', (timezone, month) => {
  const from = Date.parse(`${month}-01T00:00Z`);
  const until = from + 31 * DAY;
  const times = localTimes(timezone, from - DAY, until, MINUTE);

  it.each(EXPRESSIONS)('are those of the oracle: %s', (cron) => {
    const expected = slotsByOracle(cron, times, MINUTE).filter((slot) => slot > from);
    expect(slotsByWalking({ cron, timezone }, from, until)).toEqual(expected);
    expect(slotsByWalkingBack({ cron, timezone }, from, until)).toEqual(expected);
  });

  const jump = times.findIndex(({ wall }, index) => index > 0 && wall - times[index - 1]!.wall !== MINUTE);
  const around = times.at(jump === -1 ? 10_000 : jump)!.at;
  const nearby = times.filter(({ at }) => Math.abs(at - around) <= 2 * DAY);

  it.each(EXPRESSIONS)('are those of the oracle at any time around a change: %s', (cron) => {
    const slots = slotsByOracle(cron, nearby, MINUTE);
    for (let quarter = around - 2 * HOUR; quarter <= around + 2 * HOUR; quarter += 15 * MINUTE) {
      for (const instant of [quarter - 1, quarter]) {
        const next = slots.find((slot) => slot > instant);
        const latest = slots.findLast((slot) => slot <= instant);
        if (next !== undefined) expect(nextSlot({ cron, timezone }, instant)).toBe(next);
        if (latest !== undefined) expect(latestSlot({ cron, timezone }, 0, instant)).toBe(latest);
      }
    }
  });
});

const CHANGES: readonly (readonly [zone: string, instant: string])[] = [
  ['Europe/Berlin', '2026-03-29T01:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00Z'],
  ['America/New_York', '2026-03-08T07:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
  ['America/Santiago', '2026-09-06T04:00Z'],
  ['Asia/Beirut', '2026-10-24T21:00Z'],
];

describe.each(CHANGES)('second by second, the slots of %s at %s', (timezone, instant) => {
  const from = Date.parse(instant) - 2 * HOUR;
  const until = from + 4 * HOUR;
  const times = localTimes(timezone, from, until, SECOND);

  it.each([
    '*/20 * * * * *',
    '10,50 30 * * * *',
    '59 59 */2 * * *',
    '30 */10 0-3 * * *',
    '0-9/3 29,30 1-2 * * *',
    '59 59 0,2,23 * * *',
  ])('are those of the oracle: %s', (cron) => {
    const expected = slotsByOracle(cron, times, SECOND);
    expect(slotsByWalking({ cron, timezone }, from, until)).toEqual(expected);
    expect(slotsByWalkingBack({ cron, timezone }, from, until)).toEqual(expected);
  });
});

describe.each([
  ['Europe/Berlin', '2026-05-01T00:00Z'],
  ['America/New_York', '2026-06-01T00:00Z'],
  ['Australia/Lord_Howe', '2026-06-01T00:00Z'],
  ['America/Santiago', '2026-06-01T00:00Z'],
  ['Asia/Kolkata', '2026-02-01T00:00Z'],
  ['Asia/Beirut', '2026-07-01T00:00Z'],
])('while no clock changes, the slots of %s from %s', (timezone, start) => {
  const from = Date.parse(start);
  const until = from + 12 * DAY;
  const more = ['@daily', '@weekends', '0 9 L * *', '0 9 * * fri#2', '0 9 * * 1L', '30 5 4 3 * ?'];

  it.each([...EXPRESSIONS, ...more])('are those of cron-parser: %s', (cron) => {
    const witness = CronExpressionParser.parse(cron, { tz: timezone, currentDate: from });
    const expected: number[] = [];
    for (let slot = witness.next().getTime(); slot <= until; slot = witness.next().getTime()) {
      expected.push(slot);
    }
    expect(slotsByWalking({ cron, timezone }, from, until)).toEqual(expected);
  });
});
