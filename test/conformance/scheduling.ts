import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBroker } from '../../src/broker/index.js';
import {
  DeclaredScheduleError,
  InvalidOptionError,
  Schedules,
  UndeclaredQueueError,
  UnknownScheduleError,
} from '../../src/index.js';
import type { Broker, NewJob } from '../../src/tasks/broker-port.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';
import type { Fixture } from './fixture.js';
import { FixtureTasks, Gates, Journal } from './fixture-tasks.js';
import { ScheduledTasks } from './scheduled-tasks.js';
import { startApp, type TestApp } from './test-app.js';
import { brokerOptions, newNamespace } from './variant.js';

const LEASE = 400;

const jobOf = (id: string): NewJob => ({
  id: `idle.${id}`,
  name: 'echo',
  envelope: { v: 1, args: [id], headers: {}, options: {} },
  delay: 0,
  priority: 0,
});

/** What makes a slot happen once: the store's part, and schedules of the code and of run time. */
export function scheduling(fixture: Fixture): void {
  describe('the store of schedules', () => {
    const options = { broker: brokerOptions(fixture.variant), namespace: newNamespace() };
    const change = (id: string) => ({ id, revision: 0, record: { n: 0 }, due: null, queue: 'idle' });
    let broker: Broker;
    const store = () => broker.schedules;

    beforeAll(async () => {
      broker = createBroker(options);
      await broker.open();
    });
    afterAll(async () => {
      await broker.close();
      await eraseNamespace(options.broker, options.namespace);
    });

    it('changes a record only from the revision that was read', async () => {
      const id = fixture.key();
      expect(await store().change(change(id))).toBe(true);
      expect(await store().change(change(id))).toBe(false);
      expect(await store().change({ ...change(id), revision: 1, record: { n: 2 } })).toBe(true);
      expect((await store().get(id)).schedule).toEqual({ id, revision: 2, record: { n: 2 } });
      expect(await store().remove(id, 1)).toBe(false);
      expect(await store().remove(id, 2)).toBe(true);
      const { schedule, now } = await store().get(id);
      expect(schedule).toBeUndefined();
      expect(Math.abs(now - (await store().all()).now)).toBeLessThan(10_000);
    });

    it('gives what is due to one of many who ask at the same time, and to another after the lease', async () => {
      const id = fixture.key();
      const { now } = await store().all();
      await store().change({ ...change(id), due: now - 1 });
      const takeIt = async () => (await store().take(['idle'], LEASE, 100)).taken;
      const given = (await Promise.all(Array.from({ length: 10 }, takeIt))).flat();
      expect(given).toEqual([{ id, revision: 1, record: { n: 0 } }]);
      await until(async () => (await takeIt()).length === 1);
      await store().remove(id, 1);
    });

    it('gives each process what is of its queues, and tells it when that is due next', async () => {
      const [due, later, foreign] = [fixture.key(), fixture.key(), fixture.key()];
      const { now } = await store().all();
      await store().change({ ...change(foreign), due: now - 1_000, queue: 'foreign' });
      await store().change({ ...change(due), due: now - 1 });
      await store().change({ ...change(later), due: now + 60_000 });
      const own = await store().take(['idle', 'other'], 300_000, 100);
      expect(own.taken.map(({ id }) => id)).toEqual([due]);
      expect(own.next).toBeGreaterThan(30_000);
      expect(own.next).toBeLessThanOrEqual(60_000);
      expect((await store().take(['foreign'], 300_000, 100)).taken.map(({ id }) => id)).toEqual([foreign]);
      expect(await store().take(['nobody'], LEASE, 100)).toMatchObject({ taken: [], next: undefined });
      for (const id of [due, later, foreign]) await store().remove(id, 1);
    });

    it('gives no more than is asked for, and says that there is more', async () => {
      const ids = [fixture.key(), fixture.key(), fixture.key()];
      const { now } = await store().all();
      for (const [index, id] of ids.entries()) await store().change({ ...change(id), due: now - 10 + index });
      const first = await store().take(['idle'], 300_000, 2);
      expect(first).toMatchObject({ taken: [{ id: ids[0] }, { id: ids[1] }], next: 0 });
      expect((await store().take(['idle'], 300_000, 2)).taken).toMatchObject([{ id: ids[2] }]);
      for (const id of ids) await store().remove(id, 1);
    });

    it('stores a call together with the change, once, whoever tries', async () => {
      const id = fixture.key();
      const tries = Array.from({ length: 10 }, (_, index) =>
        store().fire(change(id), jobOf(`${id}-${index}`)),
      );
      const stored = (await Promise.all(tries)).filter((answer) => answer !== undefined);
      expect(stored).toHaveLength(1);
      const there = await Promise.all(tries.map((_, index) => broker.read('idle', `idle.${id}-${index}`)));
      expect(there.filter((job) => job !== null).map((job) => job?.id)).toEqual(stored);
      expect((await store().get(id)).schedule?.revision).toBe(1);
      await store().remove(id, 1);
    });

    it('goes on with a schedule whose call is kept away by one like it', async () => {
      const id = fixture.key();
      const alike = { dedup: { key: id, kind: 'unique', for: null } } as const;
      expect(await store().fire(change(id), { ...jobOf(`${id}-a`), ...alike })).toBe(`idle.${id}-a`);
      const again = { ...change(id), revision: 1 };
      expect(await store().fire(again, { ...jobOf(`${id}-b`), ...alike })).toBe(`idle.${id}-a`);
      expect((await store().get(id)).schedule?.revision).toBe(2);
      expect(await broker.read('idle', `idle.${id}-b`)).toBeNull();
      await store().remove(id, 2);
    });
  });

  describe('schedules', () => {
    const namespace = newNamespace();
    const journal = new Journal();
    const every = { task: 'echo', when: { every: '1s' } } as const;
    let app: TestApp;
    let schedules: Schedules;

    beforeAll(async () => {
      app = await startApp(
        fixture.variant,
        {
          namespace,
          queues: { default: { concurrency: 20 } },
          worker: { lockTime: fixture.variant.lying ? '2s' : '15s' },
        },
        [FixtureTasks, ScheduledTasks, Gates, { provide: Journal, useValue: journal }],
        fixture.ledger,
      );
      schedules = app.get(Schedules);
    });
    afterAll(async () => {
      await app.close();
      await eraseNamespace(brokerOptions(fixture.variant), namespace);
    });

    /** The slots whose calls have run; a run that nobody's clock asked for is none. */
    const slots = (key: string): number[] => [
      ...new Set(journal.entries.filter((entry) => entry.key === key).flatMap(({ id }) => slotOf(id) ?? [])),
    ];
    /** Waits until the schedule of the code has run at two slots that come from now on: time in which others would run. */
    const twoSlotsLater = async (): Promise<void> => {
      const from = Date.now();
      const { runs } = app.get(ScheduledTasks);
      await until(() => runs.filter(({ slot }) => (slot?.getTime() ?? 0) > from).length >= 2);
    };

    it('of the code run with their arguments, know their slot, and are not changed at run time', async () => {
      await until(async () => (await schedules.get('often'))?.last?.outcome === 'succeeded');
      expect(await schedules.get('often')).toMatchObject({
        task: 'scheduled',
        owner: 'code',
        args: ['often'],
        state: 'active',
      });
      for (const run of app.get(ScheduledTasks).runs) {
        expect(run).toEqual({ which: 'often', id: 'often', slot: expect.any(Date) as Date });
        expect((run.slot?.getTime() ?? 1) % 1_000).toBe(0);
      }
      await expect(schedules.remove('often')).rejects.toThrow(DeclaredScheduleError);
      const other = { task: 'echo', when: '0 3 * * *' };
      await expect(schedules.upsert('often', other)).rejects.toThrow(DeclaredScheduleError);
    });

    it('made at run time run at each slot, until they are removed', async () => {
      const key = fixture.key();
      await schedules.upsert(key, { ...every, with: [key] });
      await until(() => slots(key).length >= 2);
      expect(await schedules.remove(key)).toBe(true);
      const removed = Date.now();
      await twoSlotsLater();
      for (const slot of slots(key)) expect(slot).toBeLessThanOrEqual(removed);
      expect(await schedules.remove(key)).toBe(false);
    });

    it('run once, at a time', async () => {
      const key = fixture.key();
      const at = new Date(Date.now() + 700);
      await schedules.upsert(key, { task: 'echo', when: { at }, with: [key] });
      await until(async () => (await schedules.get(key))?.last?.outcome === 'succeeded');
      expect(await schedules.get(key)).toMatchObject({
        state: 'over',
        owner: 'run time',
        last: { slot: at },
        next: [],
      });
      expect(slots(key)).toEqual([at.getTime()]);
      await schedules.remove(key);
    });

    it('end with the last of their runs', async () => {
      const key = fixture.key();
      await schedules.upsert(key, { ...every, with: [key], limit: 2 });
      await until(() => slots(key).length >= 2);
      expect((await schedules.get(key))?.state).toBe('over');
      await twoSlotsLater();
      expect(slots(key)).toHaveLength(2);
      await schedules.remove(key);
    });

    it('the same again changes nothing; other arguments do not move their times; other times begin after now', async () => {
      const key = fixture.key();
      const hourly = { task: 'echo', when: '0 * * * *', with: [key] };
      const first = await schedules.upsert(key, hourly);
      const again = await schedules.upsert(key, hourly);
      expect(again).toEqual(first);
      const other = await schedules.upsert(key, { ...hourly, with: [key, 1] });
      expect(other.next).toEqual(first.next);
      const before = Date.now();
      const daily = await schedules.upsert(key, { ...hourly, when: '0 3 * * *', tz: 'Europe/Berlin' });
      expect(daily).toMatchObject({ tz: 'Europe/Berlin', expression: '0 3 * * *', late: 0 });
      expect(daily.next[0]?.getTime()).toBeGreaterThan(before);
      await schedules.remove(key);
    });

    it('that are paused have no run but the one that is asked for; resumed, nothing is made up for', async () => {
      const key = fixture.key();
      await schedules.upsert(key, { ...every, with: [key] });
      expect(await schedules.pause(key)).toMatchObject({ state: 'paused', next: [] });
      const paused = Date.now();
      const result = await schedules.runNow(key);
      await result.get({ timeout: '15s' });
      await twoSlotsLater();
      expect((await schedules.get(key))?.last).toMatchObject({ slot: undefined, call: result.id });
      const resumed = Date.now();
      await schedules.resume(key);
      await until(() => slots(key).some((slot) => slot > resumed));
      expect(slots(key).filter((slot) => slot > paused && slot < resumed)).toEqual([]);
      await schedules.remove(key);
    });

    it('that cannot be are refused, with what to do', async () => {
      const upsert = (change: object, id = 'x') => schedules.upsert(id, { ...every, ...change });
      const past = { when: { at: new Date(Date.now() - 86_400_000) } };
      await expect(upsert({ when: '0 25 * * *' })).rejects.toThrow(InvalidOptionError);
      await expect(upsert({ when: { every: '10ms' } })).rejects.toThrow(/every.*at least '1s'/);
      await expect(upsert({ when: '0 3 * * *', tz: 'Mars/Olympus' })).rejects.toThrow(/Mars\/Olympus/);
      await expect(upsert(past)).rejects.toThrow(/past.*delay/s);
      await expect(upsert({ queue: 'nowhere' })).rejects.toThrow(UndeclaredQueueError);
      await expect(upsert({ queue: 'not a queue' })).rejects.toThrow(InvalidOptionError);
      await expect(upsert({ task: 'nobody.knows' })).rejects.toThrow(/nobody\.knows.*Name the queue/s);
      await expect(upsert({ with: [new Map()] })).rejects.toThrow(/with/);
      await expect(upsert({ misfier: 'all' })).rejects.toThrow(/Did you mean "misfire"/);
      await expect(upsert({}, 'not an id')).rejects.toThrow(/not an id/);
      await expect(schedules.pause('nobody')).rejects.toThrow(UnknownScheduleError);
      await expect(schedules.runNow('nobody')).rejects.toThrow(UnknownScheduleError);
    });
  });
}

/** The slot of a call, by its id: `default.schedule.<id>.20261129T030000Z`. */
function slotOf(id: string): number | undefined {
  const stamp = /\.(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d(?:\.\d+)?)Z$/.exec(id);
  if (!stamp) return undefined;
  const [, year, month, day, hour, minute, second] = stamp;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
