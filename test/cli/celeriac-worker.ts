import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TaskResult } from '../../src/index.js';
import type { Variant } from '../conformance/variant.js';
import { until } from '../support/until.js';
import { alive } from './support/processes.js';
import { Application } from './support/application.js';

/** Sooner than any lock expires: they live for 30 s. How long it takes is said, and not judged. */
const SOON = 25_000;
const LONG = 60_000;

const fate = async (result: TaskResult<unknown>) => {
  const { state, attempts } = (await result.state()) ?? {};
  return { state, attempts };
};

/** What holds of `celeriac worker`, on either broker. */
export function celeriacWorker(kind: Variant['broker']): void {
  describe(`celeriac worker on ${kind}`, () => {
    it('says what it is, runs the tasks of its queues, and no more at once than it is told', async () => {
      const app = await Application.start(kind);
      const command = app.worker('--queues', 'default', '--concurrency', '2', '--processes', '2');
      expect(new Set(await command.ready(2)).size).toBe(2);
      for (const line of [
        /celeriac \d+\.\d+\.\d+ · worker\n/,
        `broker     ${kind} (namespace ${app.namespace})`,
        'processes  2 × async',
        /queues {5}default \(2 at once\)\n/,
        'lasting no limit/no limit',
        'abandoned 50ms/100ms',
        `locks      30s; a dead machine's calls are back within 35s, a dead process's within 2s`,
        'stop       SIGTERM waits up to 20s; again: hand back at once; a third time: exit',
      ]) {
        await command.wrote(line);
      }

      const elsewhere = await app.callIn('other', 'lasting', randomUUID(), 0);
      const key = randomUUID();
      const results = await Promise.all(Array.from({ length: 8 }, () => app.call('lasting', key, 300)));
      for (const result of results) expect(await result.get({ timeout: '60s' })).toBe(key);
      expect(app.journal.mostAtOnce(key)).toBe(2);
      expect((await elsewhere.state())?.state).toBe('queued');
      expect(await command.stop()).toBe(0);
    });

    it('puts back at once what a killed worker process held, and replaces the process; no retry is spent', async ({
      annotate,
    }) => {
      const app = await Application.start(kind);
      const command = app.worker('--processes', '2');
      await command.ready(2);
      const { result, key, pid } = await app.running('lasting', 2_000);
      const killed = Date.now();
      process.kill(pid, 'SIGKILL');
      await app.putBack(result);
      const back = Date.now() - killed;
      const again = await app.journal.began(key, 2);
      await annotate(`back in the queue after ${back} ms, running again after ${again.at - killed} ms`);
      expect(back).toBeLessThan(SOON);
      expect(again.at - killed).toBeLessThan(SOON);
      expect(again.retries).toBe(0);
      expect(await result.get({ timeout: '60s' })).toBe(key);
      expect(await fate(result)).toEqual({ state: 'succeeded', attempts: 1 });
      await command.wrote(new RegExp(`\\(pid ${pid}\\) died after .*: SIGKILL`));
      await command.wrote(`(pid ${pid}): 1 call is back in the queue (${result.id})`);
      await command.ready(3);
      expect(await command.stop()).toBe(0);
    });

    it('takes what a killed worker process of the prefork pool had its children run, and the children end', async () => {
      const app = await Application.start(kind);
      const command = app.worker('--pool', 'prefork', '--concurrency', '2');
      const [worker = 0] = await command.ready();
      await command.wrote('processes  1 × prefork, 2 children each');
      const { result, key, pid } = await app.running('lasting', 2_000);
      expect(pid).not.toBe(worker);
      process.kill(worker, 'SIGKILL');
      await until(() => !alive(pid), SOON);
      await app.journal.began(key, 2);
      expect(await result.get({ timeout: '60s' })).toBe(key);
      expect(await fate(result)).toEqual({ state: 'succeeded', attempts: 1 });
      expect(await command.stop()).toBe(0);
    });

    it('SIGTERM: running calls are finished', async () => {
      const app = await Application.start(kind);
      const command = app.worker();
      await command.ready();
      const { result } = await app.running('lasting', 1_000);
      expect(await command.stop()).toBe(0);
      expect(await fate(result)).toEqual({ state: 'succeeded', attempts: 1 });
    });

    it('SIGTERM twice: running calls are handed back at once', async () => {
      const app = await Application.start(kind);
      const command = app.worker('--shutdown-timeout', '10m');
      await command.ready();
      const { result } = await app.running('lasting', LONG);
      command.signal('SIGTERM');
      await command.wrote('Stopping: running calls have up to 10m');
      expect(await command.stop()).toBe(0);
      expect(await fate(result)).toEqual({ state: 'queued', attempts: 0 });
    });

    it('SIGTERM three times: a process that hears nothing is killed, and its calls are put back', async () => {
      const app = await Application.start(kind);
      const command = app.worker('--shutdown-timeout', '10m');
      await command.ready();
      const { result } = await app.running('blocking', LONG);
      command.signal('SIGTERM');
      await command.wrote('Stopping: running calls have up to 10m');
      command.signal('SIGTERM');
      await command.wrote('Stopping at once');
      expect(await command.stop()).toBe(3);
      expect(await fate(result)).toEqual({ state: 'queued', attempts: 0 });
    });

    it('SIGQUIT: running calls are handed back at once', async () => {
      const app = await Application.start(kind);
      const command = app.worker('--shutdown-timeout', '10m');
      await command.ready();
      const { result } = await app.running('lasting', LONG);
      expect(await command.stop('SIGQUIT')).toBe(0);
      expect(await fate(result)).toEqual({ state: 'queued', attempts: 0 });
    });

    it('a supervisor that is killed leaves no process behind, and its workers finish what they run', async () => {
      const app = await Application.start(kind);
      const command = app.worker('--processes', '2');
      await command.ready(2);
      const { result } = await app.running('lasting', 1_000);
      expect(await command.stop('SIGKILL')).toBe('SIGKILL');
      await until(() => command.survivors().length === 0);
      expect(await fate(result)).toEqual({ state: 'succeeded', attempts: 1 });
    });

    it('a rolling restart loses nothing, runs nothing twice, and spends no retry', async () => {
      const app = await Application.start(kind);
      const old = app.worker();
      await old.ready();
      const key = randomUUID();
      const results = await Promise.all(Array.from({ length: 60 }, () => app.call('lasting', key, 500)));
      const next = app.worker();
      await app.journal.began(key);
      const stopped = old.stop();
      await next.ready();
      for (const result of results) expect(await result.get({ timeout: '60s' })).toBe(key);
      expect(await stopped).toBe(0);
      expect(app.journal.runs(key)).toHaveLength(60);
      expect(await Promise.all(results.map(fate))).toEqual(
        results.map(() => ({ state: 'succeeded', attempts: 1 })),
      );
      expect(await next.stop()).toBe(0);
    });
  });
}
