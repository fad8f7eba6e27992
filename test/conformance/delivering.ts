import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ClientClosedError, TaskEvents, TasksService, TaskWorker } from '../../src/index.js';
import type { Queue } from 'bullmq';
import { until } from '../support/until.js';
import { Callers } from './fixture-tasks.js';
import { expectRuns, type Fixture, stateOf } from './fixture.js';

export function delivering(f: Fixture): void {
  const lockTime = f.variant.lying ? '2s' : '15s';
  const raw = (queue: string) => f.app.broker.queueHandle(queue) as Queue;
  /** A raw call of BullMQ's, repeated under lies as a client would. */
  const insist = async <T>(operation: () => Promise<T>): Promise<T> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await operation();
      } catch (error) {
        if (!f.variant.lying || attempt > 20) throw error;
      }
    }
  };

  describe('delivering', () => {
    it('runs no more calls at once than the concurrency of the queue', async () => {
      const app = await f.another(
        { queues: { narrow: { concurrency: 3 } }, defaults: { queue: 'narrow' }, worker: { lockTime } },
        'fixtures',
      );
      const { tasks } = app.get(Callers);
      const keys = Array.from({ length: 8 }, () => f.key());
      const results = await tasks.gated.delayMany(keys.map((key) => [key]));
      const begun = () => keys.filter((key) => f.journal.runs(key) > 0);
      await until(() => begun().length >= 3);
      expect(begun()).toHaveLength(3);
      // Each makes room for one. On a store that lies, one may be a suspect, which waits for all to end.
      for (let more = 1; more <= 4 && !f.variant.lying; more++) {
        f.gates.release(begun()[more - 1] ?? '');
        await until(() => begun().length >= 3 + more);
        expect(begun()).toHaveLength(3 + more);
      }
      const letAllGo = setInterval(() => keys.forEach((key) => f.gates.release(key)), 20);
      await Promise.all(results.map((result) => result.get()));
      clearInterval(letAllGo);
      await app.close();
    });

    it('a call of a task unknown here is parked, not failed, and runs when a worker that knows it boots', async () => {
      const own = { queues: { parking: {} }, defaults: { queue: 'parking' }, worker: { lockTime } } as const;
      const ignorant = await f.another(own, 'fixtures');
      const key = f.key();
      const result = await ignorant.get(Callers).later.later.delay(key);
      await until(async () => (await stateOf(result)) === 'delayed');
      const state = await result.state();
      expect(state?.reason).toMatch(/^parked: no worker here knows the task "later"/);
      expect(state?.attempts).toBe(0);
      expect(state?.dueAt?.getTime()).toBeGreaterThan(Date.now() + 3_000);
      await ignorant.close();

      const began = performance.now();
      const knowing = await f.another(own, 'all');
      await f.journal.written(key);
      if (!f.variant.lying) expect(performance.now() - began).toBeLessThan(3_000);
      expect(await knowing.get(TasksService).result(result.id).get()).toBe('known now');
      expectRuns(f, key, 1);
      await knowing.close();
    });

    it('a call that comes back while its run here goes on waits for its end, then runs once more', async () => {
      const key = f.key();
      const lost: string[] = [];
      const ways = new Set<string>();
      const stop = f.app.get(TaskEvents).on('lost', ({ id, task, how }) => {
        lost.push(`${task} ${id}`);
        ways.add(how);
      });
      const result = await f.tasks.gated.delay(key);
      await f.journal.written(key);
      // As a sweep does after the lock has run out: token '0' takes the job from whoever holds it.
      const takeAway = () =>
        raw('default').getBackend().moveToDelayed(result.id, Date.now(), 1, '0', { skipAttempt: true });
      await until(async () => {
        await takeAway().catch(() => undefined);
        return (await result.state())?.reason?.includes('its earlier run has not ended');
      });
      expect(f.journal.runs(key)).toBe(1);
      // Taking it away may have met the second delivery too: that is another loss, of the same call.
      expect(new Set(lost)).toEqual(new Set([`gated ${result.id}`]));
      const told = lost.length;
      f.gates.release(key);
      await f.journal.written(key, 2);
      f.gates.release(key);
      await result.get();
      expectRuns(f, key, 2);
      // That its first outcome was refused is told, too.
      expect(lost.length).toBeGreaterThan(told);
      expect(ways).toContain('refused');
      stop();
    });

    it('a raw add() is quarantined: no envelope', async () => {
      const id = `default.raw-${f.key()}`;
      await insist(() => raw('default').add('echo', { hello: 'world' }, { jobId: id, attempts: 5 }));
      const result = f.service.result(id);
      await until(async () => (await stateOf(result)) === 'quarantined');
      expect((await result.state())?.reason).toMatch(/no envelope/);
    });

    it.each([
      ['arguments that are no array', { v: 1, args: {}, headers: {}, options: {} }, /"args" is not an array/],
      ['no headers', { v: 1, args: [], options: {} }, /"headers"/],
      ['a version of 0', { v: 0, args: [], headers: {}, options: {} }, /version is 0/],
    ])('a malformed envelope (%s) is quarantined', async (_name, data, reason) => {
      const id = `default.bad-${f.key()}`;
      await insist(() => raw('default').add('echo', data, { jobId: id }));
      await until(async () => (await stateOf(f.service.result(id))) === 'quarantined');
      expect((await f.service.result(id).state())?.reason).toMatch(reason);
    });

    it('an envelope of a newer version is parked for a newer worker', async () => {
      const id = `default.new-${f.key()}`;
      const data = { v: 2, args: [], headers: {}, options: {}, more: true };
      await insist(() => raw('default').add('echo', data, { jobId: id }));
      await until(async () => (await stateOf(f.service.result(id))) === 'delayed');
      expect((await f.service.result(id).state())?.reason).toMatch(/^parked: its envelope has version 2/);
    });

    it('tells listeners what happened, in order', async () => {
      const key = f.key();
      const seen: string[] = [];
      const events = f.app.get(TaskEvents);
      const stops = (['sent', 'started', 'retried', 'succeeded'] as const).map((name) =>
        events.on(name, ({ id }) => void seen.push(`${name} ${id}`)),
      );
      const result = await f.tasks.failTimes.delay(key, 1);
      await result.get();
      stops.forEach((stop) => stop());
      const own = seen.filter((entry) => entry.endsWith(result.id)).map((entry) => entry.split(' ')[0]);
      expect(own.filter((name) => name !== 'sent')).toEqual(['started', 'retried', 'started', 'succeeded']);
      expect(own).toContain('sent');
    });

    it('removes finished calls after their time, and keeps younger ones', async () => {
      const old = await f.tasks.echo.applyAsync([f.key()], { queue: 'serial' });
      await old.get();
      await sleep(1_100);
      const young = await f.tasks.echo.applyAsync([f.key()], { queue: 'serial' });
      await young.get();
      await until(() =>
        f.app.broker
          .removeFinished('serial', 'completed', 1_000)
          .then(async () => (await old.state()) === null),
      );
      expect(await stateOf(young)).toBe('succeeded');
    });
  });

  describe('shutting down', () => {
    const ownQueue = { queues: { leaving: { concurrency: 2 } }, defaults: { queue: 'leaving' } } as const;
    const worker = (shutdownTimeout: '10s') => ({
      ...ownQueue,
      worker: { shutdownTimeout, lockTime } as const,
    });

    it('waits for running calls, which may call others to the end; from outside no call is taken', async () => {
      const app = await f.another(worker('10s'));
      const { tasks } = app.get(Callers);
      const key = f.key();
      const result = await tasks.callsLater.delay(key);
      await f.journal.written(key);
      const closing = app.close();
      await until(() => !app.get(TaskWorker).consuming);
      await expect(tasks.echo.delay(f.key())).rejects.toThrow(ClientClosedError);
      f.gates.release(key);
      await closing;

      const reader = (await f.another(ownQueue)).get(TasksService);
      expect(await stateOf(reader.result(result.id))).toBe('succeeded');
      const innerId = (await reader.result<string>(result.id).get()) ?? '';
      expect(await stateOf(reader.result(innerId))).toBe('queued');
    });

    it('hands back what does not end in time: it runs first elsewhere, and no retry is spent', async () => {
      const own = { queues: { handing: { concurrency: 2 } }, defaults: { queue: 'handing' } };
      const first = await f.another({ ...own, worker: { shutdownTimeout: '100ms', lockTime } });
      const { tasks } = first.get(Callers);
      const stuck = [f.key(), f.key()];
      for (const key of stuck) await tasks.obedient.delay(key);
      for (const key of stuck) await f.journal.written(key);
      const waiting = f.key();
      await tasks.echo.delay(waiting);
      const began = performance.now();
      await first.close();
      expect(performance.now() - began).toBeLessThan(9_000);

      const second = await f.another({
        ...own,
        queues: { handing: { concurrency: 1 } },
        worker: { lockTime },
      });
      const rerun = () => stuck.filter((key) => f.journal.runs(key) === 2);
      for (const count of [1, 2]) {
        await until(() => rerun().length === count);
        if (!f.variant.lying) expectRuns(f, waiting, 0);
        rerun().forEach((key) => f.gates.release(key));
      }
      await f.journal.written(waiting);
      const retries = f.journal.entries
        .filter(({ key }) => stuck.includes(key))
        .map((entry) => entry.retries);
      expect(retries).toEqual([0, 0, 0, 0]);
      await second.close();
    });
  });
}
