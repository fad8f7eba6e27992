import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_BEHAVIOUR, type ScheduleDefinition } from '../record/schedule-definition.js';
import { newRecord, type ScheduleRecord } from '../record/schedule-record.js';
import { withDue } from '../record/upcoming.js';
import { type Declarer, planSync, type SyncStep } from './plan-sync.js';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 29, 12);

const daily = (hour: number, args: readonly unknown[] = []): ScheduleDefinition => ({
  ...DEFAULT_BEHAVIOUR,
  task: 'clean',
  queue: 'default',
  args,
  when: { cron: `0 ${hour} * * *`, timezone: 'UTC' },
});

type Stored = Map<string, { revision: number; record: ScheduleRecord }>;

/** A process of a version of the code. */
interface Process extends Declarer {
  readonly definitions: ReadonlyMap<string, ScheduleDefinition>;
}
const process = (
  id: string,
  bootedAt: number,
  declares: Readonly<Record<string, ScheduleDefinition>>,
): Process => ({
  id,
  bootedAt,
  declares: Object.keys(declares),
  definitions: new Map(Object.entries(declares)),
});

/** What a process makes of the store. */
function sync(stored: Stored, self: Process, alive: readonly Process[], now: number): SyncStep[] {
  const others = alive.filter(({ id }) => id !== self.id);
  const steps = planSync({ self, others, stored, now, definitions: self.definitions });
  for (const step of steps) {
    if (step.kind === 'remove') stored.delete(step.id);
    if (step.kind !== 'change') continue;
    const { id, revision, record } = step.change;
    stored.set(id, { revision: revision + 1, record: record as ScheduleRecord });
  }
  return steps;
}

describe('a deploy', () => {
  it('a schedule that is new has its first slot after now, and a deploy fires none', () => {
    const stored: Stored = new Map();
    const now = Date.UTC(2026, 10, 29, 3);
    sync(stored, process('a', now, { nightly: daily(3) }), [], now);
    expect(stored.get('nightly')?.record).toMatchObject({ owner: 'code', due: now + 24 * 60 * MINUTE });
  });

  it('one that is the same is left alone, with what it has yet to make up for', () => {
    const record = withDue('nightly', newRecord('code', daily(3), NOON - 48 * 60 * MINUTE), NOON);
    const stored: Stored = new Map([['nightly', { revision: 7, record }]]);
    expect(sync(stored, process('a', NOON, { nightly: daily(3) }), [], NOON)).toEqual([]);
  });

  it('other arguments keep its times; other times begin after now; a pause stays', () => {
    const record = { ...newRecord('code', daily(3), NOON - 48 * 60 * MINUTE), paused: true };
    const stored: Stored = new Map([['nightly', { revision: 7, record }]]);
    sync(stored, process('a', NOON, { nightly: daily(3, ['x']) }), [], NOON);
    expect(stored.get('nightly')?.record).toMatchObject({
      cursor: record.cursor,
      paused: true,
      definition: { args: ['x'] },
    });
    sync(stored, process('a', NOON, { nightly: daily(4) }), [], NOON);
    expect(stored.get('nightly')?.record).toMatchObject({ cursor: NOON, paused: true, due: null });
  });

  it('of two versions that are alive the one that started last says what it is', () => {
    const stored: Stored = new Map();
    const old = process('old', NOON - MINUTE, { nightly: daily(3) });
    const young = process('young', NOON, { nightly: daily(4) });
    const alive = [old, young];
    sync(stored, young, alive, NOON);
    expect(sync(stored, old, alive, NOON)).toEqual([]);
    expect(stored.get('nightly')?.record.definition).toEqual(daily(4));
    // Its last process has gone: a rollback.
    sync(stored, old, [old], NOON);
    expect(stored.get('nightly')?.record.definition).toEqual(daily(3));
  });

  it('one that is gone from the code goes on while a process declares it, then rests, then is removed', () => {
    const stored: Stored = new Map();
    const old = process('old', NOON - MINUTE, { gone: daily(3), kept: daily(4) });
    const young = process('young', NOON, { kept: daily(4) });
    sync(stored, old, [old], NOON);
    expect(sync(stored, young, [old, young], NOON)).toEqual([]);
    sync(stored, young, [young], NOON);
    expect(stored.get('gone')?.record).toMatchObject({ undeclaredSince: NOON, due: null });
    expect(sync(stored, young, [young], NOON + MINUTE - 1)).toEqual([]);
    sync(stored, young, [young], NOON + MINUTE);
    expect([...stored.keys()]).toEqual(['kept']);
  });

  it('one whose process has only restarted goes on where it was', () => {
    const stored: Stored = new Map();
    const other = process('other', NOON, {});
    const cursor = NOON - 48 * 60 * MINUTE;
    stored.set('nightly', { revision: 1, record: newRecord('code', daily(3), cursor) });
    sync(stored, other, [other], NOON);
    sync(stored, process('a', NOON, { nightly: daily(3) }), [other], NOON + 1_000);
    expect(stored.get('nightly')?.record).toMatchObject({ cursor, undeclaredSince: null });
  });

  it('what was made at run time is left alone, also where the code takes its id', () => {
    const record = newRecord('run time', daily(3), NOON);
    const stored: Stored = new Map([['mine', { revision: 1, record }]]);
    expect(sync(stored, process('a', NOON, {}), [], NOON)).toEqual([]);
    expect(sync(stored, process('a', NOON, { mine: daily(4) }), [], NOON)).toEqual([
      { kind: 'conflict', id: 'mine' },
    ]);
  });
});

describe('whoever looks, in whatever order', () => {
  it('all end up with what the living declare, and then change nothing', () => {
    const version = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.integer({ min: 0, max: 3 }).map((hour) => daily(hour)),
    );
    fc.assert(
      fc.property(
        fc.array(version, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        (versions, order) => {
          const stored: Stored = new Map();
          const all = versions.map((declares, index) => process(`p${index}`, NOON + index, declares));
          let now = NOON + MINUTE;
          for (let round = 0; round < 5; round++) {
            const turn = order.next().value as number;
            sync(stored, all[turn % all.length] as Process, all, (now += 1_000));
          }
          for (const each of all) sync(stored, each, all, (now += MINUTE));
          const wanted = new Map(all.flatMap(({ definitions }) => [...definitions]));
          expect(new Map([...stored].map(([id, { record }]) => [id, record.definition]))).toEqual(wanted);
          for (const each of all) expect(sync(stored, each, all, now + MINUTE)).toEqual([]);
        },
      ),
    );
  });
});
