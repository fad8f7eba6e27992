import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InjectTasks, Task, type TaskClient, type TaskResult, Tasks } from '../../../src/index.js';
import { CallDispatcher } from '../../../src/typeorm/index.js';
import type { TestApp } from '../../conformance/test-app.js';
import { until } from '../../support/until.js';
import { bootTransactional } from '../support/boot.js';
import type { Fixture } from '../support/use-arrangement.js';

const by = ([key]: readonly unknown[]) => key as string;

@Tasks({ queue: 'alike' })
@Injectable()
class AlikeTasks {
  @Task({ name: 'alike.unique', unique: { by } })
  async unique(key: string): Promise<string> {
    return key;
  }

  @Task({ name: 'alike.debounced', debounce: { by, for: '1h' } })
  async debounced(_key: string): Promise<void> {}

  @Task({ name: 'alike.turn', queue: 'fair', fairBy: by })
  async turn(_key: string): Promise<void> {}
}

@Injectable()
class AlikeCallers {
  constructor(@InjectTasks(AlikeTasks) readonly tasks: TaskClient<AlikeTasks>) {}
}

export function unifying(f: Fixture): void {
  describe('calls alike', () => {
    let app: TestApp;

    const tasks = () => app.get(AlikeCallers).tasks;
    const commit = <T>(work: (transaction: EntityManager) => Promise<T>) =>
      app.get(DataSource).transaction(work);
    const unique = (key: string) => commit((transaction) => tasks().unique.within(transaction).delay(key));
    const published = () => until(async () => (await app.get(CallDispatcher).backlog()).waiting === 0);
    /** The call that a handle is of, once that is decided. */
    const callOf = async (result: TaskResult) => {
      await published();
      return (await result.state())?.id;
    };

    beforeAll(async () => {
      app = await bootTransactional(f.place, { queues: { alike: {}, fair: { fair: true } } }, [AlikeCallers]);
    });
    afterAll(() => app.close());

    it('the handle of a duplicate is that of the call there is', async () => {
      const key = f.key();
      const first = await unique(key);
      await published();
      const second = await unique(key);
      if (f.arrangement === 'the same database') {
        expect(second).toMatchObject({ id: first.id, duplicate: true });
      }
      expect(await callOf(second)).toBe(first.id);
      expect((await tasks().unique.delay(key)).id).toBe(first.id);
      expect(await second.revoke()).toBe(true);
      expect(await first.state()).toMatchObject({ state: 'revoked' });
    });

    it('so it is within one transaction', async () => {
      const key = f.key();
      const [first, second, ...many] = await commit(async (transaction) => {
        const { delay, delayMany } = tasks().unique.within(transaction);
        return [await delay(key), await delay(key), ...(await delayMany([[key], [key]]))];
      });
      for (const result of [first, second, ...many] as TaskResult[]) {
        expect(await callOf(result)).toBe(first?.id);
      }
    });

    it('a key whose call has ended is free, though no worker has noticed', async () => {
      const key = f.key();
      const first = await unique(key);
      await published();
      await first.revoke();
      const second = await unique(key);
      expect(await callOf(second)).toBe(second.id);
      expect(second.id).not.toBe(first.id);
    });

    it('a transaction that is rolled back holds no key', async () => {
      const key = f.key();
      const rolledBack = commit(async (transaction) => {
        await tasks().unique.within(transaction).delay(key);
        throw new Error('think again');
      });
      await expect(rolledBack).rejects.toThrow('think again');
      expect((await tasks().unique.delay(key)).duplicate).toBe(false);
    });

    it('callers that wait for an open transaction hold up nobody else', async () => {
      const key = f.key();
      const others: Promise<TaskResult>[] = [];
      const first = await commit(async (transaction) => {
        const call = await tasks().unique.within(transaction).delay(key);
        // More than the broker has connections.
        for (let caller = 0; caller < 20; caller++) others.push(tasks().unique.delay(key));
        await tasks().unique.delay(f.key());
        return call;
      });
      const ids = new Set((await Promise.all(others)).map(({ id }) => id));
      expect(ids.size).toBe(1);
      expect(ids).toContain(await callOf(first));
    });

    it('of debounced calls the last one is left', async () => {
      const key = f.key();
      const calls: TaskResult[] = [];
      for (let call = 0; call < 3; call++) {
        calls.push(await commit((transaction) => tasks().debounced.within(transaction).delay(key)));
        await published();
      }
      const states = await Promise.all(calls.map((call) => call.state()));
      expect(states.map((state) => state?.state)).toEqual([undefined, undefined, 'delayed']);
    });

    it('calls take turns as they do without a transaction', async () => {
      const large = await commit((transaction) =>
        tasks()
          .turn.within(transaction)
          .delayMany(Array.from({ length: 40 }, () => ['large'])),
      );
      await published();
      const small = await commit((transaction) => tasks().turn.within(transaction).delay('small'));
      await published();
      const queue = app.broker.queueHandle('fair') as {
        getJob(id: string): Promise<{ opts: { priority: number } }>;
      };
      const [first, last, late] = await Promise.all(
        [large[0], large[39], small].map(async (call) => (await queue.getJob(call?.id ?? '')).opts.priority),
      );
      expect(last).toBe((first ?? 0) + 39);
      expect(late).toBeLessThan(first ?? 0);
    });
  });
}
