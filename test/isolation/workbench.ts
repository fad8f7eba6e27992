import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import {
  type TaskEventMap,
  TaskEvents,
  type TasksModuleOptions,
  TasksService,
  type WorkerOptions,
} from '../../src/index.js';
import { bootApp, type TestApp } from '../conformance/test-app.js';
import { brokerOptions, newNamespace, type Variant } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';
import { IsolatedTasks } from './fixtures/app.module.js';

const APP = new URL('./fixtures/app.module.js', import.meta.url);

export interface Run {
  readonly pid: number;
  readonly retries: number;
  readonly key: string;
}

/** Applications whose tasks run in child processes, and the ledger of what they ran. For one file of tests. */
export function workbench(kind: Variant['broker']) {
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

  const prefork = (worker: WorkerOptions = {}, more: Partial<TasksModuleOptions> = {}) =>
    start({ pool: 'prefork', app: APP, concurrency: 1, ...worker }, more);

  return { app: APP, broker, start, prefork, call, runs, began, told, apps, namespaces };
}

export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie is gone, too.
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}
