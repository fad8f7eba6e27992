import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ChildBootError, IsolationUnavailableError } from '../../src/index.js';
import { processTree } from '../cli/support/processes.js';
import { bootApp } from '../conformance/test-app.js';
import { newNamespace } from '../conformance/variant.js';
import { until } from '../support/until.js';
import type { BadImage } from './fixtures/app.module.js';
import { isGone, type Run, workbench } from './workbench.js';

// What no broker has anything to do with, so one will do.
const { app: APP, broker, start, prefork, call, runs, began, told, apps, namespaces } = workbench('redis');

describe('child processes', () => {
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

  it('while(true): killed at its hard limit, retried as its policy says, and its siblings never notice', async () => {
    const app = await prefork({ concurrency: 2 });
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
    const app = await prefork();
    expect(await (await call(app, 'leavesRejection', [randomUUID()])).get()).toBe('done');
    const key = randomUUID();
    expect(await (await call(app, 'lasts', [key, 300])).get()).toBe(key);
    expect(runs(key)).toHaveLength(1);
  });

  it('a child is replaced after maxTasksPerChild calls, and above maxMemoryPerChild', async () => {
    const app = await prefork({ maxTasksPerChild: 3 });
    const pids: number[] = [];
    for (let round = 0; round < 7; round++) {
      pids.push(((await (await call(app, 'context', [randomUUID()])).get()) as { pid: number }).pid);
    }
    expect(new Set(pids).size).toBe(3);
    expect(pids.filter((pid) => pid === pids[0])).toHaveLength(3);
    await app.close();

    const small = await prefork({ maxMemoryPerChild: '250MB' });
    const first = await (await call(small, 'grows', [randomUUID()])).get();
    const second = await (await call(small, 'grows', [randomUUID()])).get();
    expect(second).not.toBe(first);
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

describe('isolate: true', () => {
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
});
