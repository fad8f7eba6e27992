import { describe, expect, it } from 'vitest';
import { FailedCalls, InvalidOptionError, UndeclaredQueueError } from '../../src/index.js';
import { StoreClock } from '../../src/tasks/store-clock.js';
import { markLost } from '../support/mark-lost.js';
import { until } from '../support/until.js';
import { Callers } from './fixture-tasks.js';
import { type Fixture, stateOf } from './fixture.js';
import { brokerOptions } from './variant.js';

export function redriving(f: Fixture): void {
  describe('failed calls', () => {
    const own = () => {
      const queue = `failing-${f.key().slice(0, 8)}`;
      return { queues: { [queue]: {} }, defaults: { queue } };
    };
    const start = async () => {
      const options = own();
      const app = await f.another({ ...options, worker: { lockTime: f.variant.lying ? '2s' : '15s' } });
      return {
        app,
        tasks: app.get(Callers).tasks,
        failed: app.get<FailedCalls>(FailedCalls),
        queue: options.defaults.queue,
      };
    };

    it('are listed the latest first, page by page, and by filter', async () => {
      const { app, tasks, failed, queue } = await start();
      const results = [];
      for (let index = 0; index < 5; index++) {
        const result = await tasks.excepted.delay(f.key());
        await until(async () => (await stateOf(result)) === 'failed');
        results.push(result);
      }
      const first = await failed.list({ queue }, { limit: 3 });
      const second = await failed.list({ queue }, { limit: 3, cursor: first.cursor ?? '' });
      expect([...first.calls, ...second.calls].map(({ id }) => id)).toEqual(
        results.map(({ id }) => id).toReversed(),
      );
      expect(second.cursor).toBeUndefined();
      expect(first.calls[0]).toMatchObject({
        task: 'excepted',
        queue,
        state: 'failed',
        error: 'SecondKind',
        reason: 'SecondKind: never again',
        attempts: 1,
        losses: 0,
      });
      const count = async (filter: object) => (await failed.list({ queue, ...filter })).calls.length;
      expect(await count({ task: 'excepted', error: 'SecondKind' })).toBe(5);
      expect(await count({ task: 'echo' })).toBe(0);
      expect(await count({ state: 'quarantined' })).toBe(0);
      await expect(failed.list({ queue: 'undeclared' })).rejects.toThrow(UndeclaredQueueError);
      for (const cursor of ['elsewhere:3', queue, `${queue}:-1`]) {
        await expect(failed.list({ queue }, { cursor })).rejects.toThrow(InvalidOptionError);
      }
      await app.close();
    });

    it('one is shown with its arguments and stack, is run again as if new, and is discarded', async () => {
      const { app, tasks, failed } = await start();
      const key = f.key();
      const result = await tasks.failsWhenLet.applyAsync([key], { maxRetries: 0 });
      await f.journal.written(key);
      f.gates.release(key);
      await until(async () => (await stateOf(result)) === 'failed');
      expect(await failed.show(result.id)).toMatchObject({
        id: result.id,
        args: [key],
        stack: expect.stringContaining('let to fail'),
        crashes: [],
      });
      expect(await failed.retry([result.id])).toBe(1);
      await f.journal.written(key, 2);
      expect(await failed.show(result.id)).toBeNull();
      f.gates.release(key);
      await until(async () => (await stateOf(result)) === 'failed');
      expect(f.journal.entries.filter((entry) => entry.key === key).map(({ retries }) => retries)).toEqual([
        0, 0,
      ]);
      expect(await failed.discard([result.id])).toBe(1);
      expect(await result.state()).toBeNull();
      expect(await failed.retry([result.id])).toBe(0);
      await app.close();
    });

    it('a quarantined one keeps its crashes until it is retried, and then has none, nor losses', async () => {
      const options = own();
      const { queue } = options.defaults;
      const producer = await f.another(options);
      const failed = producer.get<FailedCalls>(FailedCalls);
      const result = await producer.get(Callers).tasks.echo.delay(f.key(), 'at last');
      await markLost(brokerOptions(f.variant), f.namespace, queue, result.id, 20);
      const crash = {
        at: Date.now(),
        where: 'somewhere',
        how: 'it died',
        exitCode: null,
        signal: 'SIGKILL',
        memory: 7,
        lastLines: ['a', 'b'],
        charged: false,
      };
      await producer.broker.records.addCrash(queue, result.id, crash);
      const worker = await f.another({
        ...options,
        worker: { lockTime: f.variant.lying ? '2s' : '15s' },
      });
      await until(async () => (await stateOf(result)) === 'quarantined');
      expect((await failed.show(result.id))?.crashes).toEqual([crash]);
      expect((await failed.list({ queue, state: 'quarantined' })).calls).toMatchObject([
        { id: result.id, losses: 20, attempts: 0 },
      ]);
      expect(await failed.retry({ queue, state: 'quarantined' })).toBe(1);
      expect(await result.get()).toBe('at last');
      expect(await producer.broker.records.crashes(queue, result.id)).toEqual([]);
      await worker.close();
    });

    it('many are retried or discarded by filter; those that fail again meanwhile do not come round again', async () => {
      const { app, tasks, failed, queue } = await start();
      // More than a page; a store that lies at every fifth read would never give a page of so many.
      const many = f.variant.lying ? 3 : 450;
      const results = await tasks.excepted.delayMany(Array.from({ length: many }, () => [f.key()]));
      const clock = app.get<StoreClock>(StoreClock);
      /** And before now: a filter reaches none that fails in the millisecond in which it is asked. */
      const haveFailed = async () => {
        await until(async () => (await app.broker.counts(queue)).failed === results.length);
        const { calls } = await failed.list({ queue }, { limit: results.length });
        const last = Math.max(...calls.map(({ failedAt }) => failedAt.getTime()));
        await until(() => clock.now() >= last + 1);
      };
      await haveFailed();
      expect(await failed.retry({ queue, task: 'excepted' })).toBe(results.length);
      await haveFailed();
      expect(await failed.discard({ queue, error: 'FirstKind' })).toBe(0);
      expect(await failed.discard({ queue, error: 'SecondKind' })).toBe(results.length);
      await until(async () => (await app.broker.counts(queue)).failed === 0);
      await app.close();
    });
  });
}
