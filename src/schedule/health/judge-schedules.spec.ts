import { describe, expect, it } from 'vitest';
import { newRecord, type ScheduleRecord } from '../record/schedule-record.js';
import { judgeSchedules } from './judge-schedules.js';

const NOW = Date.UTC(2026, 10, 29, 12);
const MINUTE = 60_000;
const record = (change: Partial<ScheduleRecord>) => ({
  id: 'nightly',
  record: { ...newRecord('code', {} as never, NOW), due: NOW + MINUTE, ...change },
});
const judge = (...changes: Partial<ScheduleRecord>[]) => judgeSchedules(changes.map(record), 1, NOW);

describe('schedules are', () => {
  it('well while nothing is late', () => {
    expect(judge()).toMatchObject({ status: 'up', data: { schedules: 0, schedulers: 1 } });
    expect(judge({}, { due: NOW - 14_999 })).toMatchObject({ status: 'up' });
  });

  it('down when a slot is late, and say by how much, and whether anybody fires them', () => {
    const late = [record({ due: NOW - 2 * MINUTE }), record({ due: NOW - MINUTE })];
    expect(judgeSchedules(late, 0, NOW)).toMatchObject({
      status: 'down',
      message: '"nightly" is late by 2m, and 1 more; no process fires schedules',
      data: { late: 2 },
    });
  });

  it('not late for one that waits for the end of a run, is paused, or is over', () => {
    const due = NOW - 2 * MINUTE;
    expect(judge({ due, waiting: true }, { due: null, paused: true }, { due, overSince: NOW })).toMatchObject(
      {
        status: 'up',
      },
    );
  });

  it('degraded when slots were missed, until there is a run', () => {
    const missed = { from: NOW - 3 * MINUTE, to: NOW - 2 * MINUTE };
    expect(judge({ missed })).toMatchObject({ status: 'degraded', message: 'missed slots of "nightly"' });
    expect(judge({ missed, last: { slot: null, at: NOW - MINUTE, call: 'c' } })).toMatchObject({
      status: 'up',
    });
  });
});
