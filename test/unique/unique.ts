import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TaskClient, TasksService } from '../../src/index.js';
import { Gates, Journal } from '../conformance/fixture-tasks.js';
import { startApp, type TestApp } from '../conformance/test-app.js';
import { brokerOptions, newNamespace, type Variant } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';
import { CallerProcess } from './caller-process.js';
import { UniqueCallers, UniqueTasks } from './unique-tasks.js';

const PROCESSES = 4;
const CALLS = 250;
const QUEUES = { unique: {}, shelf: {} };

/** What uniqueness comes to when many processes call at once, and when they die. */
export function unique(broker: Variant['broker']): void {
  describe(`unique calls from many processes, on ${broker}`, () => {
    const variant: Variant = { broker, lying: false };
    const namespace = newNamespace();
    const journal = new Journal();
    const gates = new Gates();
    const callers: CallerProcess[] = [];
    let app: TestApp;
    let tasks: TaskClient<UniqueTasks>;

    const startCaller = async () => {
      const options = {
        broker: brokerOptions(variant),
        namespace,
        queues: QUEUES,
        enqueueTimeout: '30s',
      } as const;
      const caller = await CallerProcess.start(options);
      callers.push(caller);
      return caller;
    };
    /** All processes call at once; the one id they all got. */
    const burst = async (key: string, queue: string, wait: boolean): Promise<string> => {
      const one = { key, queue, wait, times: CALLS };
      const results = await Promise.all(callers.slice(0, PROCESSES).map((caller) => caller.burst(one)));
      const ids = [...new Set(results.flatMap((result) => result.ids))];
      expect(ids).toHaveLength(1);
      expect(results.reduce((sum, { fresh }) => sum + fresh, 0)).toBe(1);
      return ids[0] as string;
    };

    beforeAll(async () => {
      app = await startApp(variant, { namespace, queues: QUEUES, worker: { queues: ['unique'] } }, [
        UniqueTasks,
        UniqueCallers,
        { provide: Journal, useValue: journal },
        { provide: Gates, useValue: gates },
      ]);
      tasks = app.get(UniqueCallers).tasks;
      await Promise.all(Array.from({ length: PROCESSES }, startCaller));
    });

    afterAll(async () => {
      for (const caller of callers) await caller.kill();
      await app.close();
      await eraseNamespace(brokerOptions(variant), namespace);
    });

    it('of a thousand callers one makes the call, as often as the one before has ended', async () => {
      const key = randomUUID();
      for (let lifetime = 1; lifetime <= 3; lifetime++) {
        const id = await burst(key, 'unique', true);
        await journal.written(key, lifetime);
        gates.release(key);
        await app.get(TasksService).result(id).get();
      }
      expect(journal.runs(key)).toBe(3);
    });

    it('so it is when the one before has ended and nobody has taken note', async () => {
      const key = randomUUID();
      const seen = new Set<string>();
      for (let lifetime = 1; lifetime <= 2; lifetime++) {
        const id = await burst(key, 'shelf', false);
        seen.add(id);
        await app.get(TasksService).result(id).revoke();
      }
      expect(seen.size).toBe(2);
    });

    it('a caller that is killed leaves no key behind', async () => {
      for (const caller of callers) {
        const key = randomUUID();
        caller.begin({ key, queue: 'unique', wait: false, times: CALLS });
        await caller.said('underway');
        await caller.kill();
        await until(async () => {
          const result = await tasks.sole.delay(key, false);
          await result.get();
          return !result.duplicate;
        });
        expect((await tasks.sole.delay(key, false)).duplicate).toBe(false);
      }
    });
  });
}
