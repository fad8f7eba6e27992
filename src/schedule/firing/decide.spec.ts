import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_BEHAVIOUR,
  type MisfirePolicy,
  type ScheduleDefinition,
} from '../record/schedule-definition.js';
import { newRecord, type ScheduleRecord } from '../record/schedule-record.js';
import { KEPT_AFTER_END, withDue } from '../record/upcoming.js';
import { decide, graceOf, overlapped } from './decide.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 10, 29, 12);

const definition: ScheduleDefinition = {
  ...DEFAULT_BEHAVIOUR,
  task: 'clean',
  queue: 'default',
  when: { every: 10 * MINUTE, from: 0 },
};

/** Slots up to noon are decided. */
const schedule = (change: Partial<ScheduleDefinition> = {}, record: Partial<ScheduleRecord> = {}) =>
  withDue('s', { ...newRecord('code', { ...definition, ...change }, NOON), ...record }, NOON);

/** The slots that are fired in turn, until there is nothing to do, all seen at the same time. */
function fired(record: ScheduleRecord, now: number): { slots: number[]; record: ScheduleRecord } {
  const slots: number[] = [];
  for (;;) {
    const decision = decide('s', record, now);
    if (decision.kind !== 'fire')
      return { slots, record: decision.kind === 'rest' ? decision.record : record };
    slots.push(decision.slot);
    record = { ...decision.record, last: { slot: decision.slot, at: now, call: 'c' } };
  }
}
const minutes = (slots: readonly number[]) => slots.map((slot) => (slot - NOON) / MINUTE);

describe('a slot', () => {
  it('is fired when it is due, and the next one is what is waited for', () => {
    const before = decide('s', schedule(), NOON + 10 * MINUTE - 1);
    expect(before).toMatchObject({ kind: 'rest', record: { due: NOON + 10 * MINUTE } });
    expect(decide('s', schedule(), NOON + 10 * MINUTE)).toMatchObject({
      kind: 'fire',
      slot: NOON + 10 * MINUTE,
      record: { cursor: NOON + 10 * MINUTE, due: NOON + 20 * MINUTE, fired: 1 },
    });
  });

  it('that is a little late is only late, whatever the policy', () => {
    for (const misfire of ['skip', 'one', 'all'] as const) {
      const { slots, record } = fired(schedule({ misfire }), NOON + 10 * MINUTE + 59 * SECOND);
      expect(minutes(slots)).toEqual([10]);
      expect(record.missed).toBeNull();
    }
  });

  it('may be as late as the time between two, at least 15 s and at most a minute, unless that is said', () => {
    const grace = (every: number, misfireAfter: number | null = null) =>
      graceOf({ ...definition, when: { every, from: 0 }, misfireAfter }, NOON);
    expect([grace(SECOND), grace(30 * SECOND), grace(HOUR), grace(HOUR, 5)]).toEqual([
      15_000, 30_000, 60_000, 5,
    ]);
  });
});

describe('after a downtime', () => {
  const now = NOON + 35 * MINUTE;

  it.each<[MisfirePolicy, number[], object | null]>([
    ['all', [10, 20, 30], null],
    ['one', [30], { from: NOON + 10 * MINUTE, to: NOON + 20 * MINUTE }],
    ['skip', [], { from: NOON + 10 * MINUTE, to: NOON + 30 * MINUTE }],
  ])('%s', (misfire, expected, missed) => {
    const { slots, record } = fired(schedule({ misfire }), now);
    expect(minutes(slots)).toEqual(expected);
    expect(record).toMatchObject({ missed, due: NOON + 40 * MINUTE });
  });

  it('a slot that is due just now makes up for those that were missed', () => {
    for (const misfire of ['skip', 'one'] as const) {
      const { slots, record } = fired(schedule({ misfire }), NOON + 30 * MINUTE + 5 * SECOND);
      expect(minutes(slots)).toEqual([30]);
      expect(record.missed).toEqual({ from: NOON + 10 * MINUTE, to: NOON + 20 * MINUTE });
    }
  });

  // A walk over thirty million slots would not end in time.
  it('of a year of seconds, one is made up for', () => {
    const when = { cron: '* * * * * *', timezone: 'UTC' };
    const year = 365 * 24 * HOUR;
    const decision = decide('s', schedule({ when, misfire: 'skip' }), NOON + year);
    expect(decision).toMatchObject({ kind: 'fire', record: { missed: { from: NOON + SECOND } } });
  });
});

describe('an end', () => {
  it('has no slot after it, and none before the start', () => {
    const record = schedule({ startsAt: NOON + 15 * MINUTE, endsAt: NOON + 45 * MINUTE, misfire: 'all' });
    const end = fired(record, NOON + HOUR);
    expect(minutes(end.slots)).toEqual([20, 30, 40]);
    expect(end.record).toMatchObject({ overSince: NOON + HOUR, due: null });
  });

  it('comes with the last of its runs', () => {
    const end = fired(schedule({ limit: 2, misfire: 'all' }), NOON + HOUR);
    expect(minutes(end.slots)).toEqual([10, 20]);
  });

  it('of a schedule made at run time is kept for a day', () => {
    const once = schedule({ when: { at: NOON + MINUTE } }, { owner: 'run time' });
    const { slots, record } = fired(once, NOON + MINUTE);
    expect(slots).toEqual([NOON + MINUTE]);
    const gone = NOON + MINUTE + KEPT_AFTER_END;
    expect(record.due).toBe(gone);
    expect(decide('s', record, gone - 1).kind).toBe('rest');
    expect(decide('s', record, gone).kind).toBe('remove');
  });
});

describe('a schedule that is paused, or that nobody declares', () => {
  it.each([{ paused: true }, { undeclaredSince: NOON }])('%j has no run', (state) => {
    const decision = decide('s', schedule({}, state), NOON + HOUR);
    expect(decision).toMatchObject({ kind: 'rest', record: { due: null, cursor: NOON } });
  });
});

describe('while the run before has not ended', () => {
  const slot = NOON + 10 * MINUTE;

  it('skip leaves the slot out', () => {
    const record = overlapped('s', schedule({ overlap: 'skip' }), slot, slot);
    expect(record).toMatchObject({
      cursor: slot,
      skipped: { from: slot, to: slot },
      due: slot + 10 * MINUTE,
    });
  });

  it('queue has it wait, and what goes by meanwhile is not missed', () => {
    const record = overlapped('s', schedule({ overlap: 'queue' }), slot, slot);
    expect(record).toMatchObject({ cursor: NOON, waiting: true, due: slot + SECOND });
    const later = fired(record, NOON + 35 * MINUTE);
    expect(minutes(later.slots)).toEqual([30]);
    expect(later.record).toMatchObject({ missed: null, waiting: false, skipped: { from: slot } });
  });
});

describe('jitter', () => {
  it('puts each slot off by a time of its own, the same in every process, and no slot is lost', () => {
    const record = schedule({ jitter: 5 * MINUTE, misfire: 'all' });
    const due = new Set<number>();
    let at = record;
    for (let round = 0; round < 50; round++) {
      const when = at.due ?? 0;
      expect(decide('s', at, when - 1).kind).toBe('rest');
      const decision = decide('s', at, when);
      expect(decision).toMatchObject({ kind: 'fire', slot: NOON + (round + 1) * 10 * MINUTE });
      due.add(when % (10 * MINUTE));
      at = { ...(decision as { record: ScheduleRecord }).record };
    }
    expect(due.size).toBeGreaterThan(40);
  });
});

describe('whenever somebody looks', () => {
  const looks = fc.array(fc.integer({ min: 1, max: 4 * HOUR }), { minLength: 1, maxLength: 30 });
  const kinds = fc.constantFrom<MisfirePolicy>('skip', 'one', 'all');

  it('no slot is fired twice, early, or out of order; and with "all", none is left out', () => {
    fc.assert(
      fc.property(looks, kinds, fc.integer({ min: 0, max: 9 * MINUTE }), (pauses, misfire, jitter) => {
        let record = schedule({ misfire, jitter });
        let now = NOON;
        const all: number[] = [];
        for (const pause of pauses) {
          now += pause;
          const round = fired(record, now);
          for (const slot of round.slots) expect(slot).toBeLessThanOrEqual(now);
          all.push(...round.slots);
          record = round.record;
        }
        expect(all).toEqual([...new Set(all)].toSorted((a, b) => a - b));
        if (misfire !== 'all') return;
        const slots = (record.cursor - NOON) / (10 * MINUTE);
        expect(all).toEqual(Array.from({ length: slots }, (_, index) => NOON + (index + 1) * 10 * MINUTE));
        expect(record.due).toBeGreaterThan(now);
      }),
    );
  });
});
