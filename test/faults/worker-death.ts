import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TasksModuleOptions, TasksService } from '../../src/index.js';
import { bootApp, type TestApp } from '../conformance/test-app.js';
import { brokerOptions, newNamespace, type Variant } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';
import { WorkerProcess } from './worker-process.js';

/** What holds when worker processes die, on either broker. */
export function workerDeath(kind: Variant['broker']): void {
  describe(`when a worker process on ${kind} dies`, () => {
    const broker = brokerOptions({ broker: kind, lying: false });
    const options: TasksModuleOptions = {
      broker,
      namespace: newNamespace(),
      queues: { default: { concurrency: 10 } },
    };
    const workerOptions: TasksModuleOptions = {
      ...options,
      worker: { lockTime: '1s', shutdownTimeout: '300ms' },
    };
    const workers: WorkerProcess[] = [];
    let producer: TestApp;

    const start = (clock?: number): WorkerProcess => {
      const worker = WorkerProcess.start(workerOptions, clock === undefined ? {} : { clock });
      workers.push(worker);
      return worker;
    };
    const call = (task: string, ...args: unknown[]) =>
      producer.get(TasksService).call(task, args, { queue: 'default' });
    const runs = (key: string) => workers.reduce((sum, worker) => sum + worker.runs(key), 0);

    beforeAll(async () => {
      producer = await bootApp(options, []);
    });

    afterAll(async () => {
      await Promise.all(workers.map((worker) => worker.kill()));
      await producer.close();
      await eraseNamespace(broker, options.namespace ?? '');
    });

    it('its call runs again on another worker, and no retry is spent', async () => {
      const pair = await Promise.all([start().ready(), start().ready()]);
      const key = randomUUID();
      const result = await call('lasting', key, 1_500);
      await until(() => runs(key) === 1);
      const ranIt = (worker: (typeof pair)[number]) => worker.messages.some(({ ran }) => ran === key);
      const [first, second] = ranIt(pair[0]) ? pair : [pair[1], pair[0]];
      await first.kill('SIGKILL');
      expect(await result.get({ timeout: '60s' })).toBe(key);
      expect(second.messages.filter(({ ran }) => ran === key)).toEqual([{ ran: key, retries: 0 }]);
      expect((await result.state())?.attempts).toBe(1);
      await second.kill();
    });

    it('a call that kills every worker is quarantined after maxDeliveries, and its neighbours are not harmed', async () => {
      const poison = randomUUID();
      const innocents = Array.from({ length: 5 }, () => randomUUID());
      const deadly = await call('deadly', poison);
      const results = await Promise.all(innocents.map((key) => call('lasting', key, 300)));
      const done = new AbortController();
      const supervisor = (async () => {
        while (!done.signal.aborted) {
          const worker = start();
          await Promise.race([worker.exited, until(() => done.signal.aborted, 60_000)]);
          await worker.kill();
        }
      })();
      await until(async () => (await deadly.state())?.state === 'quarantined', 60_000);
      expect((await deadly.state())?.reason).toMatch(/lost its worker 3 times \(maxDeliveries is 3\)/);
      for (const [index, result] of results.entries()) expect(await result.get()).toBe(innocents[index]);
      done.abort();
      await supervisor;
      expect(runs(poison)).toBe(3);
    });

    it('SIGTERM: a call that does not end in time is handed back, and the process exits by itself', async () => {
      const first = await start().ready();
      const key = randomUUID();
      const result = await call('lasting', key, 60_000);
      await until(() => runs(key) === 1);
      const { code, signal } = await first.kill('SIGTERM');
      expect([code, signal]).toEqual([null, 'SIGTERM']);
      expect((await result.state())?.state).toBe('queued');
      expect((await result.state())?.attempts).toBe(0);
      await result.revoke();
    });

    it.each(['SIGKILL', 'SIGTERM'] as const)(
      '%s: a call that must not run again fails with WorkerLostError, retries or not',
      async (signal) => {
        const first = await start().ready();
        const key = randomUUID();
        const result = await call('once', key);
        await until(() => runs(key) === 1);
        await first.kill(signal);
        const second = signal === 'SIGKILL' ? await start().ready() : undefined;
        await expect(result.get()).rejects.toMatchObject({ errorName: 'WorkerLostError' });
        expect(runs(key)).toBe(1);
        await second?.kill();
      },
    );

    it('a worker that is alone with a suspect still looks after what others have lost', async () => {
      const first = await start().ready();
      const [suspect, lost] = [randomUUID(), randomUUID()];
      const running = await call('lasting', suspect, 60_000);
      await until(() => runs(suspect) === 1);
      await first.kill('SIGKILL');
      const alone = await start().ready();
      await until(() => runs(suspect) === 2);
      const third = await start().ready();
      const result = await call('once', lost);
      await until(() => runs(lost) === 1);
      await third.kill('SIGKILL');
      await until(async () => (await result.state())?.state === 'queued', 40_000);
      expect((await running.state())?.state).toBe('running');
      await running.revoke({ terminate: true });
      await expect(result.get()).rejects.toMatchObject({ errorName: 'WorkerLostError' });
      await alone.kill();
    });

    it('a process whose clock is wrong by more than half the lock time does not consume, and says so', async () => {
      const worker = start(700);
      await worker.exited;
      expect(worker.messages).toEqual([
        {
          refused: 'ClockSkewError',
          message: expect.stringMatching(/ahead of the broker's, beyond half the lock time \(500 ms\)/),
        },
      ]);
    });

    it('two processes that start at once on an empty broker both work', async () => {
      const namespace = newNamespace();
      const fresh = [1, 2].map(() => WorkerProcess.start({ ...workerOptions, namespace }));
      workers.push(...fresh);
      await Promise.all(fresh.map((worker) => worker.ready()));
      const app = await bootApp({ ...options, namespace }, []);
      const result = await app.get(TasksService).call('harmless', ['first'], { queue: 'default' });
      expect(await result.get()).toBe('first');
      await app.close();
      await Promise.all(fresh.map((worker) => worker.kill()));
      await eraseNamespace(broker, namespace);
    });
  });
}
