import { setTimeout as sleep } from 'node:timers/promises';
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
import { ScheduledTasks } from './scheduled-tasks.js';
import { brokerOptions, newNamespace } from './variant.js';

const LEASE = 400;

const jobOf = (id: string): NewJob => ({
  id: `idle.${id}`,
  name: 'echo',
  envelope: { v: 1, args: [id], headers: {}, options: {} },
  delay: 0,
  priority: 0,
});

/** What makes a slot happen once: the store's part, and schedules made at run time. */
export function scheduling(fixture: Fixture): void {
  const schedules = () => fixture.app.get(Schedules);
  const never = { id: '', revision: 0, record: {}, due: null };

  describe('the store of schedules', () => {
    const options = { broker: brokerOptions(fixture.variant), namespace: newNamespace() };
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
      const change = { ...never, id, record: { n: 1 } };
      expect(await store().change(change)).toBe(true);
      expect(await store().change(change)).toBe(false);
      expect(await store().change({ ...change, revision: 1, record: { n: 2 } })).toBe(true);
      expect(await store().get(id)).toEqual({ id, revision: 2, record: { n: 2 } });
      expect(await store().remove(id, 1)).toBe(false);
      expect(await store().remove(id, 2)).toBe(true);
      expect(await store().get(id)).toBeUndefined();
    });

    it('gives what is due to one of many who ask at the same time, and to another after the lease', async () => {
      const id = fixture.key();
      const { now } = await store().all();
      await store().change({ ...never, id, record: { v: 0 }, due: now - 1 });
      const takeIt = async () => (await store().take(LEASE, 100)).taken.filter((each) => each.id === id);
      const given = (await Promise.all(Array.from({ length: 10 }, takeIt))).flat();
      expect(given).toEqual([{ id, revision: 1, record: { v: 0 } }]);
      await until(async () => (await takeIt()).length === 1);
      await store().remove(id, 1);
    });

    it('tells when the next is due', async () => {
      const id = fixture.key();
      const { now } = await store().all();
      await store().change({ ...never, id, record: { v: 0 }, due: now + 600 });
      const { next } = await store().take(1, 100);
      expect(next).toBeLessThanOrEqual(600);
      await store().remove(id, 1);
    });

    it('stores a call together with the change, once, whoever tries', async () => {
      const id = fixture.key();
      const change = { ...never, id, record: { v: 0 } };
      const tries = Array.from({ length: 10 }, (_, index) =>
        store().fire(change, 'idle', jobOf(`${id}-${index}`)),
      );
      const stored = (await Promise.all(tries)).filter((answer) => answer !== undefined);
      expect(stored).toHaveLength(1);
      const there = await Promise.all(tries.map((_, index) => broker.read('idle', `idle.${id}-${index}`)));
      expect(there.filter((job) => job !== null).map((job) => job?.id)).toEqual(stored);
      expect((await store().get(id))?.revision).toBe(1);
      await store().remove(id, 1);
    });

    it('goes on with a schedule whose call is kept away by one like it', async () => {
      const id = fixture.key();
      const alike = { dedup: { key: id, kind: 'unique', for: null } } as const;
      const change = { ...never, id, record: { v: 0 } };
      expect(await store().fire(change, 'idle', { ...jobOf(`${id}-a`), ...alike })).toBe(`idle.${id}-a`);
      const again = { ...change, revision: 1 };
      expect(await store().fire(again, 'idle', { ...jobOf(`${id}-b`), ...alike })).toBe(`idle.${id}-a`);
      expect((await store().get(id))?.revision).toBe(2);
      expect(await broker.read('idle', `idle.${id}-b`)).toBeNull();
      await store().remove(id, 2);
    });
  });

  describe('schedules made at run time', () => {
    // A store that lies takes its time, and tells of a run twice: when something has ended cannot be seen by waiting.
    const honestly = fixture.variant.lying ? (): void => undefined : it;
    const store = () => fixture.app.broker.schedules;
    const every = { task: 'echo', when: { every: '1s' } } as const;

    honestly('run their task at each slot, until they are removed', async () => {
      const key = fixture.key();
      await schedules().upsert(key, { ...every, with: [key] });
      await until(() => fixture.journal.runs(key) >= 2);
      expect(await schedules().remove(key)).toBe(true);
      await sleep(50);
      const runs = fixture.journal.runs(key);
      await sleep(1_200);
      expect(fixture.journal.runs(key)).toBe(runs);
      expect(await schedules().remove(key)).toBe(false);
    });

    it('once, at a time', async () => {
      const key = fixture.key();
      const at = new Date(Date.now() + 700);
      await schedules().upsert(key, { task: 'echo', when: { at }, with: [key] });
      await until(async () => (await schedules().get(key))?.last?.outcome === 'succeeded');
      const info = await schedules().get(key);
      expect(info).toMatchObject({ state: 'over', owner: 'run time', last: { slot: at }, next: [] });
      expect(fixture.journal.runs(key)).toBeGreaterThanOrEqual(1);
      await schedules().remove(key);
    });

    it('a limit ends them', async () => {
      const key = fixture.key();
      await schedules().upsert(key, { ...every, with: [key], limit: 2 });
      await until(async () => (await schedules().get(key))?.state === 'over');
      const started = (await schedules().get(key))?.last;
      await sleep(1_100);
      expect((await schedules().get(key))?.last?.slot).toEqual(started?.slot);
      await schedules().remove(key);
    });

    it('the same again changes nothing; other arguments do not move their times; other times begin after now', async () => {
      const key = fixture.key();
      const hourly = { task: 'echo', when: '0 * * * *', with: [key] };
      const first = await schedules().upsert(key, hourly);
      const before = await store().get(key);
      await schedules().upsert(key, hourly);
      expect(await store().get(key)).toEqual(before);
      const other = await schedules().upsert(key, { ...hourly, with: [key, 1] });
      expect(other.next).toEqual(first.next);
      const daily = await schedules().upsert(key, { ...hourly, when: '0 3 * * *', tz: 'Europe/Berlin' });
      expect(daily).toMatchObject({ tz: 'Europe/Berlin', expression: '0 3 * * *', late: 0 });
      expect(daily.next[0]?.getTime()).toBeGreaterThan(Date.now() - 60_000);
      await schedules().remove(key);
    });

    honestly(
      'paused they have no run but the one that is asked for; resumed, nothing is made up for',
      async () => {
        const key = fixture.key();
        await schedules().upsert(key, { ...every, with: [key] });
        expect(await schedules().pause(key)).toMatchObject({ state: 'paused', next: [] });
        await sleep(1_200);
        const paused = (await schedules().get(key))?.last;
        const result = await schedules().runNow(key);
        await result.get({ timeout: '15s' });
        await sleep(1_200);
        expect((await schedules().get(key))?.last).toMatchObject({ slot: undefined, call: result.id });
        expect((await schedules().get(key))?.last?.call).not.toBe(paused?.call);
        const resumedAt = (await store().all()).now;
        await schedules().resume(key);
        await until(async () => (await schedules().get(key))?.last?.slot !== undefined);
        expect((await schedules().get(key))?.last?.slot?.getTime()).toBeGreaterThan(resumedAt);
        await schedules().remove(key);
      },
    );

    it('what cannot be is refused, with what to do', async () => {
      const upsert = (change: object, id = 'x') => schedules().upsert(id, { ...every, ...change });
      const past = { when: { at: new Date(Date.now() - 86_400_000) } };
      await expect(upsert({ when: '0 25 * * *' })).rejects.toThrow(InvalidOptionError);
      await expect(upsert({ when: { every: '10ms' } })).rejects.toThrow(/every.*at least '1s'/);
      await expect(upsert({ when: '0 3 * * *', tz: 'Mars/Olympus' })).rejects.toThrow(/Mars\/Olympus/);
      await expect(upsert(past)).rejects.toThrow(/past.*delay/s);
      await expect(upsert({ queue: 'nowhere' })).rejects.toThrow(UndeclaredQueueError);
      await expect(upsert({ task: 'nobody.knows' })).rejects.toThrow(/nobody\.knows.*Name the queue/s);
      await expect(upsert({ with: [new Map()] })).rejects.toThrow(/with/);
      await expect(upsert({ misfier: 'all' })).rejects.toThrow(/Did you mean "misfire"/);
      await expect(upsert({}, 'not an id')).rejects.toThrow(/not an id/);
      await expect(schedules().pause('nobody')).rejects.toThrow(UnknownScheduleError);
      await expect(schedules().runNow('nobody')).rejects.toThrow(UnknownScheduleError);
    });
  });

  describe('schedules of the code', () => {
    it('run with their arguments, know their slot, and are not changed at run time', async () => {
      const declared = fixture.app.get(Schedules);
      await until(async () => (await declared.get('often'))?.last?.outcome === 'succeeded');
      const info = await declared.get('often');
      expect(info).toMatchObject({ task: 'scheduled', owner: 'code', args: ['often'], state: 'active' });
      const { runs } = fixture.app.get(ScheduledTasks);
      expect(runs.length).toBeGreaterThan(0);
      for (const run of runs)
        expect(run).toEqual({ which: 'often', id: 'often', slot: expect.any(Date) as Date });
      expect(runs.every(({ slot }) => (slot?.getTime() ?? 1) % 1_000 === 0)).toBe(true);
      await expect(declared.remove('often')).rejects.toThrow(DeclaredScheduleError);
      await expect(declared.upsert('often', { task: 'echo', when: '0 3 * * *' })).rejects.toThrow(
        DeclaredScheduleError,
      );
    });
  });
}
