import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  ChildBootError,
  IsolationUnavailableError,
  type TaskEventMap,
  TaskEvents,
  type TasksModuleOptions,
  TasksService,
  type WorkerOptions,
} from '../../src/index.js';
import { processTree } from '../cli/support/processes.js';
import { bootApp, type TestApp } from '../conformance/test-app.js';
import { brokerOptions, newNamespace, type Variant } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { markLost } from '../support/mark-lost.js';
import { until } from '../support/until.js';
import { BadImage, IsolatedTasks } from './fixtures/app.module.js';

const APP = new URL('./fixtures/app.module.js', import.meta.url);

interface Run {
  readonly pid: number;
  readonly retries: number;
  readonly key: string;
}

/** What holds for code in child processes, on either broker. */
export function isolation(kind: Variant['broker']): void {
  const directory = mkdtempSync(join(tmpdir(), 'celeriac-isolation-'));
  const ledger = join(directory, 'ledger');
  const broker = brokerOptions({ broker: kind, lying: false });
  const namespaces: string[] = [];
  const apps: TestApp[] = [];

  const start = async (worker: WorkerOptions, more: Partial<TasksModuleOptions> = {}): Promise<TestApp> => {
    const options: TasksModuleOptions = {
      broker,
      namespace: newNamespace(),
      queues: { default: { concurrency: 10 } },
      ...more,
      worker: { lockTime: '2s', shutdownTimeout: '300ms', ...worker },
    };
    namespaces.push(options.namespace ?? '');
    // The children read them.
    process.env['CELERIAC_TEST_OPTIONS'] = JSON.stringify({ ...options, worker: false });
    const app = await bootApp(options, [IsolatedTasks]);
    apps.push(app);
    return app;
  };
  const call = (app: TestApp, task: string, args: unknown[], options = {}) =>
    app.get(TasksService).call(task, args, { queue: 'default', ...options });
  const runs = (key?: string): Run[] =>
    readFileSync(ledger, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' '))
      .map(([pid, retries, ...rest]) => ({ pid: Number(pid), retries: Number(retries), key: rest.join(' ') }))
      .filter((run) => key === undefined || run.key === key);
  const began = (key: string, times = 1) => until(() => runs(key).length >= times);
  const told = <E extends 'failed' | 'lost' | 'quarantined'>(app: TestApp, name: E) => {
    const seen: TaskEventMap[E][] = [];
    app.get(TaskEvents).on(name, (event) => seen.push(event));
    return seen;
  };

  beforeAll(() => {
    process.env['CELERIAC_TEST_LEDGER'] = ledger;
    writeFileSync(ledger, '');
  });

  afterEach(async () => {
    delete process.env['NODE_OPTIONS'];
    for (const app of apps.splice(0)) await app.close();
  });

  afterAll(async () => {
    for (const namespace of namespaces) await eraseNamespace(broker, namespace);
    rmSync(directory, { recursive: true, force: true });
  });

  describe(`the prefork pool on ${kind}`, () => {
    const prefork = (worker: WorkerOptions = {}, more: Partial<TasksModuleOptions> = {}) =>
      start({ pool: 'prefork', app: APP, concurrency: 2, ...worker }, more);

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

    it('errors cross with class, stack, properties and cause; the retry policy knows their classes', async () => {
      const app = await prefork();
      const failures = told(app, 'failed');
      const [thrown, retried] = [randomUUID(), randomUUID()];
      const failed = await call(app, 'throws', [thrown]);
      await expect(failed.get()).rejects.toMatchObject({ errorName: 'BadImage' });
      const { error } = failures.find(({ id }) => id === failed.id) as { error: BadImage };
      expect(error).toMatchObject({ name: 'BadImage', message: 'bad image of 7 pixels', pixels: 7 });
      expect(error.stack).toMatch(/app\.module/);
      expect(error.cause).toBeInstanceOf(Error);
      expect(error.cause).toMatchObject({ name: 'TypeError', message: 'the inner cause' });
      expect(runs(thrown)).toHaveLength(1);
      expect(await (await call(app, 'retries', [retried])).get()).toBe(2);
      expect(runs(retried).map(({ retries }) => retries)).toEqual([0, 1, 2]);
    });

    it('Ignore and Snooze mean what they mean', async () => {
      const app = await prefork();
      const ignored = await call(app, 'controls', [randomUUID(), 'ignore']);
      await until(async () => (await ignored.state())?.state === 'ignored');
      const snoozed = await call(app, 'controls', [randomUUID(), 'snooze']);
      expect(await snoozed.get()).toBe('after the snooze');
    });

    it('while(true): killed at its hard limit, retried as its policy says, and its siblings never notice', async () => {
      const app = await prefork();
      const failures = told(app, 'failed');
      const looping = randomUUID();
      const result = await call(app, 'loops', [looping]);
      await began(looping);
      const siblings = Array.from({ length: 20 }, () => randomUUID());
      for (const key of siblings) expect(await (await call(app, 'echo', [key, key])).get()).toBe(key);
      const { pid } = runs(looping)[0] as Run;
      await until(() => isGone(pid));
      await expect(result.get()).rejects.toMatchObject({ errorName: 'TimeLimitExceeded' });
      expect(runs(looping)).toHaveLength(2);
      expect(failures.map(({ id }) => id)).toEqual([result.id]);
      // Both slots work again.
      const both = [randomUUID(), randomUUID()];
      const lasting = await Promise.all(both.map((key) => call(app, 'lasts', [key])));
      await until(() => both.every((key) => runs(key).length === 1));
      expect(new Set(both.map((key) => runs(key)[0]?.pid)).size).toBe(2);
      for (const each of lasting) await each.revoke();
    });

    it('the soft limit aborts the signal in the child', async () => {
      const app = await prefork();
      expect(await (await call(app, 'soft', [randomUUID()])).get()).toBe('SoftTimeLimitExceeded');
    });

    it('extend() in the child prolongs both limits', async () => {
      const app = await prefork();
      expect(await (await call(app, 'extends', [randomUUID()])).get()).toBe(false);
    });

    it.each(['exit', 'SIGKILL', 'memory', 'throw later'] as const)(
      'a call that kills its child (%s) is redelivered, charged, and quarantined at its crash budget',
      async (how) => {
        // 64 MB are soon used up.
        if (how === 'memory') process.env['NODE_OPTIONS'] = '--max-old-space-size=64';
        const app = await prefork();
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

    it('what a killed child has started is killed with it', async () => {
      const app = await prefork();
      const key = randomUUID();
      await call(app, 'starts', [key], { timeLimit: '500ms' });
      await until(() => runs().some((run) => run.key.startsWith(`${key}:`)));
      const grandchild = Number(
        runs()
          .find((run) => run.key.startsWith(key))
          ?.key.split(':')[1],
      );
      await until(() => isGone(grandchild));
    });

    it('a rejection left over from an earlier call is not charged to the next', async () => {
      const app = await prefork({ concurrency: 1 });
      expect(await (await call(app, 'leavesRejection', [randomUUID()])).get()).toBe('done');
      const key = randomUUID();
      expect(await (await call(app, 'lasts', [key, 300])).get()).toBe(key);
      expect(runs(key)).toHaveLength(1);
    });

    it('revoked: the signal in the child is aborted; terminate kills it at once', async () => {
      const app = await prefork();
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
      const app = await prefork({ concurrency: 1 }, { queues: { default: { concurrency: 1 }, other: {} } });
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

    it('a child is replaced after maxTasksPerChild calls, and above maxMemoryPerChild', async () => {
      const app = await prefork({ concurrency: 1, maxTasksPerChild: 3 });
      const pids: number[] = [];
      for (let round = 0; round < 7; round++) {
        pids.push(((await (await call(app, 'context', [randomUUID()])).get()) as { pid: number }).pid);
      }
      expect(new Set(pids).size).toBe(3);
      expect(pids.filter((pid) => pid === pids[0])).toHaveLength(3);
      await app.close();

      const small = await prefork({ concurrency: 1, maxMemoryPerChild: '250MB' });
      const first = await (await call(small, 'grows', [randomUUID()])).get();
      const second = await (await call(small, 'grows', [randomUUID()])).get();
      expect(second).not.toBe(first);
    });

    it('shutdown: what runs is handed back and killed, what waits for a child is handed back, early acks or not', async () => {
      const app = await prefork({ concurrency: 1 }, { queues: { default: { concurrency: 1 }, other: {} } });
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

    it('a worker that is killed leaves no orphans: not an idle child, nor one in a busy loop', async () => {
      const namespace = newNamespace();
      namespaces.push(namespace);
      const producer = await bootApp({ broker, namespace }, []);
      apps.push(producer);
      const worker = { pool: 'prefork', app: APP.href, concurrency: 3, lockTime: '60s' };
      const parent = fork(new URL('./fixtures/parent.js', import.meta.url), [], {
        env: { ...process.env, CELERIAC_TEST_OPTIONS: JSON.stringify({ broker, namespace, worker }) },
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      const [busy, waiting] = [randomUUID(), randomUUID()];
      await call(producer, 'loops', [busy], { timeLimit: null });
      await call(producer, 'lasts', [waiting]);
      await began(busy);
      await began(waiting);
      const children = processTree(parent.pid ?? 0).filter(({ pid }) => pid !== parent.pid);
      expect(children).toHaveLength(3);
      parent.kill('SIGKILL');
      await until(() => children.every(({ pid }) => isGone(pid)));
    });

    it('a child that cannot boot fails the boot, says what it said, and leaves no other behind', async () => {
      const app = new URL('./fixtures/broken.module.js', import.meta.url);
      const error = await start({ pool: 'prefork', app, concurrency: 2 }).catch((thrown: unknown) => thrown);
      // This process, and the ps that looks.
      await until(() => processTree(process.pid).length === 2);
      expect(error).toBeInstanceOf(ChildBootError);
      expect((error as Error).message).toMatch(/worker\.app/);
      expect((error as Error).message).toMatch(/this module does not boot/);
    });
  });

  describe(`isolate: true and suspects on ${kind}`, () => {
    it('without worker.app the boot of a worker fails, and names the task', async () => {
      const error = await start({}, { defaults: { isolate: true } }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(IsolationUnavailableError);
      expect((error as Error).message).toMatch(/task "echo".*worker\.app|app: new URL/s);
    });

    it('an async worker runs isolated tasks in children, and the others itself', async () => {
      const app = await start({ app: APP }, { defaults: { isolate: true } });
      const inChild = (await (await call(app, 'context', [randomUUID()])).get()) as { pid: number };
      expect(inChild.pid).not.toBe(process.pid);
      await app.close();
      const shared = await start({ app: APP });
      const here = (await (await call(shared, 'context', [randomUUID()])).get()) as { pid: number };
      expect(here.pid).toBe(process.pid);
    });

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

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie is gone, too.
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}
