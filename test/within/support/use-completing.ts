import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll } from 'vitest';
import {
  type CallOptions,
  type CallEventName,
  TaskEvents,
  type TaskResult,
  type WorkerOptions,
} from '../../../src/index.js';
import type { TestApp } from '../../conformance/test-app.js';
import { createPlace, type Place } from './arrangement.js';
import { bootTransactional } from './boot.js';
import { type Script, ScriptCallers, ScriptedTasks, Scripts } from './scripted-tasks.js';

/** A call whose code is a case's own, and what became of it. */
export interface Completing {
  readonly result: TaskResult;
  runs(): number;
  effects(): Promise<number>;
  /** What was told of it, in order. */
  readonly events: CallEventName[];
}

export interface CompletingFixture {
  readonly app: TestApp;
  readonly place: Place;
  call(script: Script, options?: CallOptions): Promise<Completing>;
}

const TOLD: CallEventName[] = ['succeeded', 'retried', 'failed', 'lost', 'handed back', 'result dropped'];

/** A worker on the postgres broker in its own database. */
export function useCompleting(worker: WorkerOptions = {}): CompletingFixture {
  const scripts = new Scripts();
  const told: { id: string; name: CallEventName }[] = [];
  let place: Place;
  let app: TestApp;

  beforeAll(async () => {
    place = await createPlace('the same database');
    app = await bootTransactional(place, { queues: { default: { concurrency: 20 } }, worker }, [
      ScriptedTasks,
      ScriptCallers,
      { provide: Scripts, useValue: scripts },
    ]);
    await app.get(DataSource).query('CREATE TABLE effect (key text NOT NULL)');
    for (const name of TOLD) app.get(TaskEvents).on(name, ({ id }) => void told.push({ id, name }));
  });

  afterAll(async () => {
    await app?.close();
    await place?.erase();
  });

  return {
    get app() {
      return app;
    },
    get place() {
      return place;
    },
    async call(script, options) {
      const key = randomUUID();
      scripts.set(key, script);
      const result = await app.get(ScriptCallers).tasks.scripted.applyAsync([key], options);
      return {
        result,
        runs: () => scripts.runs.filter((ran) => ran === key).length,
        effects: async () => {
          const rows: unknown[] = await app.get(DataSource).query('SELECT FROM effect WHERE key = $1', [key]);
          return rows.length;
        },
        get events() {
          return told.filter(({ id }) => id === result.id).map(({ name }) => name);
        },
      };
    },
  };
}
