import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect } from 'vitest';
import { type TaskClient, type TaskResult, TasksService } from '../../src/index.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { LieLedger } from '../support/lying-backend.js';
import { Callers, FixtureTasks, Gates, Journal, type LaterTasks } from './fixture-tasks.js';
import { type AppOptions, startApp, type TestApp } from './test-app.js';
import { brokerOptions, newNamespace, type Variant } from './variant.js';

/** One application for the cases of a variant; cases keep apart by the key they write under. */
export interface Fixture {
  readonly variant: Variant;
  readonly namespace: string;
  readonly ledger: LieLedger;
  readonly journal: Journal;
  readonly gates: Gates;
  readonly app: TestApp;
  readonly tasks: TaskClient<FixtureTasks>;
  readonly later: TaskClient<LaterTasks>;
  readonly service: TasksService;
  /** A key of its own for a case. */
  key(): string;
  /** Another application in the same namespace, sharing journal and gates. */
  another(options: Partial<AppOptions>, known?: 'fixtures' | 'all' | 'none'): Promise<TestApp>;
}

/** Queues of the fixture. Nobody consumes `idle`. */
const QUEUES = {
  default: { concurrency: 20 },
  serial: { concurrency: 1 },
  ranked: { concurrency: 1, priorities: true },
  idle: {},
};

const CONSUMED = ['default', 'serial', 'ranked'];

export function useFixture(variant: Variant): Fixture {
  const namespace = newNamespace();
  const journal = new Journal();
  const gates = new Gates();
  const ledger = new LieLedger();
  const apps: TestApp[] = [];
  let main: TestApp;

  const start = async (
    options: Partial<AppOptions>,
    known: 'fixtures' | 'all' | 'none',
  ): Promise<TestApp> => {
    const { LaterTasks: later } = await import('./fixture-tasks.js');
    const implementations = known === 'none' ? [] : known === 'all' ? [FixtureTasks, later] : [FixtureTasks];
    const shared = [
      { provide: Journal, useValue: journal },
      { provide: Gates, useValue: gates },
    ];
    const app = await startApp(
      variant,
      { namespace, queues: QUEUES, enqueueTimeout: '5s', ...options },
      [...implementations, Callers, ...shared],
      ledger,
    );
    apps.push(app);
    return app;
  };

  beforeAll(async () => {
    main = await start({ worker: { queues: CONSUMED, lockTime: variant.lying ? '2s' : '15s' } }, 'fixtures');
  });

  afterAll(async () => {
    for (const app of apps) await app.close();
    await eraseNamespace(brokerOptions(variant), namespace);
  });

  return {
    variant,
    namespace,
    ledger,
    journal,
    gates,
    key: () => randomUUID(),
    get app() {
      return main;
    },
    get tasks() {
      return main.get(Callers).tasks;
    },
    get later() {
      return main.get(Callers).later;
    },
    get service() {
      return main.get(TasksService);
    },
    another: (options, known = 'fixtures') => start(options, known),
  };
}

/** The states a handle passes, as names. */
export const stateOf = async (result: TaskResult): Promise<string | undefined> =>
  (await result.state())?.state;

/**
 * Lets go of calls that wait under keys, until something is so. When the store lies, one may be delivered again, and
 * then it must be alone in its process: nothing begins beside it before it is let go.
 */
export async function lettingGo<T>({ gates }: Fixture, keys: readonly string[], end: Promise<T>): Promise<T> {
  const timer = setInterval(() => keys.forEach((key) => gates.release(key)), 20);
  try {
    return await end;
  } finally {
    clearInterval(timer);
  }
}

/**
 * How often the code under a key ran. When the store lies, a lock may run out while its renewal is retried; the call is
 * then delivered again, as at-least-once allows. Work is never missing, and never more than that.
 */
export function expectRuns({ journal, variant }: Fixture, key: string, times: number): void {
  const runs = journal.runs(key);
  if (!variant.lying || times === 0) expect(runs).toBe(times);
  else expect(runs >= times && runs <= times + 2, `ran ${runs} times instead of ${times}`).toBe(true);
}
