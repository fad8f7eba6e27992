import { randomUUID } from 'node:crypto';
import type { Queue } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { TasksService } from '../../src/index.js';
import { bootApp } from '../conformance/test-app.js';
import { newNamespace, type Variant } from '../conformance/variant.js';
import { markLost } from '../support/mark-lost.js';
import { until } from '../support/until.js';
import { isGone, type Run, workbench } from './workbench.js';

/** How a call ends its child. What a broker makes of it is the same for all of them. */
const DEATHS = ['exit', 'SIGKILL', 'memory', 'throw later'] as const;

/** What a broker has to do with code in child processes, on either. */
export function isolation(kind: Variant['broker']): void {
  const { app: APP, broker, start, prefork, call, runs, began, told, namespaces } = workbench(kind);

  describe(`the prefork pool on ${kind}`, () => {
    it('runs tasks in child processes; arguments, context, results and calls of other tasks cross', async () => {
      const app = await prefork();
      const key = randomUUID();
      const context = await call(app, 'context', [key], { headers: { tenant: 'a' }, taskId: 'mine' });
      const { pid, ...rest } = (await context.get()) as { pid: number };
      expect(pid).not.toBe(process.pid);
      expect(rest).toEqual({
        id: 'default.mine',
        name: 'context',
        queue: 'default',
        retries: 0,
        headers: { tenant: 'a' },
      });
      const value = { nested: [1, 'two', null], text: 'ü\u2028' };
      expect(await (await call(app, 'echo', [key, value])).get()).toEqual(value);
      const inner = (await (await call(app, 'callsAnother', [key])).get()) as string;
      expect(await app.get(TasksService).result(inner).get()).toBe(1);
    });

    it('progress and logs cross while it runs', async () => {
      const app = await prefork();
      const key = randomUUID();
      const result = await call(app, 'tells', [key]);
      await began(key);
      expect((await result.state())?.progress).toEqual({ done: 3, of: 7 });
      const handle = app.get<Queue>('BullQueue_default');
      await until(async () => (await handle.getJobLogs(result.id)).logs.includes('LOG a line of its log'));
    });

    it('Ignore and Snooze mean what they mean', async () => {
      const app = await prefork();
      const ignored = await call(app, 'controls', [randomUUID(), 'ignore']);
      await until(async () => (await ignored.state())?.state === 'ignored');
      const snoozed = await call(app, 'controls', [randomUUID(), 'snooze']);
      expect(await snoozed.get()).toBe('after the snooze');
    });

    it.each(kind === 'redis' ? DEATHS : DEATHS.slice(0, 1))(
      'a call that kills its child (%s) is redelivered, charged, and quarantined at its crash budget',
      async (how) => {
        // 64 MB are soon used up.
        if (how === 'memory') process.env['NODE_OPTIONS'] = '--max-old-space-size=64';
        const app = await prefork({ concurrency: 2 });
        const quarantined = told(app, 'quarantined');
        const poison = randomUUID();
        const result = await call(app, 'dies', [poison, how]);
        const innocents = Array.from({ length: 20 }, () => randomUUID());
        for (const key of innocents) expect(await (await call(app, 'echo', [key, key])).get()).toBe(key);
        await until(async () => (await result.state())?.state === 'quarantined');
        expect((await result.state())?.reason).toMatch(
          /crashed 2 times, alone in its process \(crashBudget is 2\)/,
        );
        expect(runs(poison)).toHaveLength(2);
        expect(runs(poison).map(({ retries }) => retries)).toEqual([0, 0]);
        for (const key of innocents) expect(runs(key)).toHaveLength(1);
        expect(quarantined).toHaveLength(1);
        const crashes = await app.broker.records.crashes('default', result.id);
        expect(crashes).toHaveLength(2);
        for (const crash of crashes) {
          expect(crash).toMatchObject({
            charged: true,
            where: expect.stringMatching(/process \d+, child \d+/),
          });
          expect(crash.lastLines).toContainEqual(
            how === 'memory' ? expect.stringMatching(/OOM|heap/) : `last words of ${poison}`,
          );
          expect(Math.abs(crash.at - Date.now())).toBeLessThan(60_000);
          if (how === 'exit') expect(crash).toMatchObject({ exitCode: 3, signal: null });
          if (how === 'SIGKILL') expect(crash).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
          if (how === 'memory') expect(crash.signal).toBe('SIGABRT');
        }
      },
      60_000,
    );

    it('one that crashes fewer times than its budget succeeds, and no retry is spent', async () => {
      const app = await prefork();
      const lost = told(app, 'lost');
      const result = await call(app, 'dies', [randomUUID(), 'exit', 1]);
      expect(await result.get()).toBe('alive');
      expect((await result.state())?.attempts).toBe(1);
      expect(lost).toMatchObject([{ id: result.id, how: 'died' }]);
    });

    it('early acks: a child that dies fails the call with WorkerLostError', async () => {
      const app = await prefork();
      const key = randomUUID();
      const result = await call(app, 'once', [key, 'exit']);
      await expect(result.get()).rejects.toMatchObject({ errorName: 'WorkerLostError' });
      expect(runs(key)).toHaveLength(1);
    });

    it('revoked: the signal in the child is aborted; terminate kills it at once', async () => {
      const app = await prefork({ concurrency: 2 });
      const [gentle, stubborn] = [randomUUID(), randomUUID()];
      const first = await call(app, 'lasts', [gentle]);
      const second = await call(app, 'loops', [stubborn], { timeLimit: null });
      await began(gentle);
      await began(stubborn);
      expect(await first.revoke()).toBe(true);
      expect(await second.revoke({ terminate: true })).toBe(true);
      await until(async () => (await first.state())?.state === 'revoked');
      await until(async () => (await second.state())?.state === 'revoked');
      const { pid } = runs(stubborn)[0] as Run;
      await until(() => isGone(pid));
      // The child of the gentle one lives on.
      expect(isGone((runs(gentle)[0] as Run).pid)).toBe(false);
      expect([...runs(gentle), ...runs(stubborn)]).toHaveLength(2);
    });

    it('revoked while it waits for a child: it never begins', async () => {
      const app = await prefork({}, { queues: { default: { concurrency: 1 }, other: {} } });
      const [running, waiting] = [randomUUID(), randomUUID()];
      const first = await call(app, 'lasts', [running]);
      await began(running);
      const second = await call(app, 'echo', [waiting], { queue: 'other' });
      await until(async () => (await second.state())?.state === 'running');
      await second.revoke();
      await until(async () => (await second.state())?.state === 'revoked');
      expect((await first.state())?.state).toBe('running');
      expect(runs(waiting)).toHaveLength(0);
    });

    it('a task longer than the lock time is not run twice, even by a child that is busy all the time', async () => {
      const app = await prefork({ lockTime: '1s' });
      const key = randomUUID();
      const result = await call(app, 'computes', [key, 4_000]);
      expect(await result.get()).toBe(key);
      expect(runs(key)).toHaveLength(1);
    });

    it('shutdown: what runs is handed back and killed, what waits for a child is handed back, early acks or not', async () => {
      const app = await prefork({}, { queues: { default: { concurrency: 1 }, other: {} } });
      const [running, waiting] = [randomUUID(), randomUUID()];
      const first = await call(app, 'lasts', [running]);
      await began(running);
      const second = await call(app, 'once', [waiting, 'wait'], { queue: 'other' });
      await until(async () => (await second.state())?.state === 'running');
      const { pid } = runs(running)[0] as Run;
      const reader = await bootApp(
        { broker, namespace: namespaces.at(-1) as string, queues: { default: {}, other: {} } },
        [],
      );
      await app.close();
      const state = (id: string) => reader.get(TasksService).result(id).state();
      expect(await state(first.id)).toMatchObject({ state: 'queued', attempts: 0 });
      expect(await state(second.id)).toMatchObject({ state: 'queued', attempts: 0 });
      expect(runs(waiting)).toHaveLength(0);
      await until(() => isGone(pid));
      await reader.close();
    });
  });

  describe(`suspects on ${kind}`, () => {
    /** A call that has lost its worker, before there is another. */
    const suspect = async (namespace: string, task: string, args: unknown[]): Promise<string> => {
      const producer = await bootApp({ broker, namespace }, []);
      const { id } = await call(producer, task, args);
      await markLost(broker, namespace, 'default', id);
      await producer.close();
      return id;
    };

    it('a call that lost its worker runs isolated next', async () => {
      const namespace = newNamespace();
      const id = await suspect(namespace, 'context', [randomUUID()]);
      const app = await start({ app: APP }, { namespace });
      const { pid } = await app.get(TasksService).result<{ pid: number }>(id).get();
      expect(pid).not.toBe(process.pid);
    });

    it('without worker.app it runs alone: nothing else begins until it has ended', async () => {
      const namespace = newNamespace();
      const [key, neighbour, later] = ['suspect', 'neighbour', 'later'].map(
        (name) => `${name}-${randomUUID()}`,
      ) as [string, string, string];
      const id = await suspect(namespace, 'lasts', [key, 300]);
      const app = await start({}, { namespace });
      const next = await call(app, 'lasts', [neighbour, 300]);
      await began(key);
      const after = await call(app, 'echo', [later, 1]);
      expect(await app.get(TasksService).result(id).get()).toBe(key);
      await Promise.all([next.get(), after.get()]);
      // It had the process to itself: what began before it had ended, and nothing began before its end.
      const order = runs()
        .map((run) => run.key)
        .filter((noted) => [key, neighbour, later].some((each) => noted.endsWith(each)));
      expect(order[order.indexOf(key) + 1]).toBe(`ended-${key}`);
      if (order.indexOf(neighbour) < order.indexOf(key)) {
        expect(order.indexOf(`ended-${neighbour}`)).toBeLessThan(order.indexOf(key));
      }
    });
  });
}
