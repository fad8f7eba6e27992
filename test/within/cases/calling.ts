import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentsError, InvalidOptionError, PayloadTooLargeError } from '../../../src/index.js';
import { until } from '../../support/until.js';
import type { Fixture } from '../support/use-arrangement.js';

export function calling(f: Fixture): void {
  const order = (keys: readonly string[]) =>
    f.journal.entries.map(({ key }) => key).filter((key) => keys.includes(key));
  const keys = (count: number) => Array.from({ length: count }, () => f.key());

  describe('calls and their options', () => {
    it('arguments arrive exactly as they were sent', async () => {
      const value = {
        z: [1, -0.5, 'ü €\u2028 🎉', null, true, { 'a.b': [] }],
        a: {},
        text: `'; "\\ $1 %s {}`,
      };
      const result = await f.commit((transaction) => f.tasks.echo.within(transaction).delay(f.key(), value));
      expect(await result.get()).toEqual(value);
    });

    it('countdown: counts from the call, and the call is due then, not at the commit', async () => {
      const called = Date.now();
      const result = await f.commit((transaction) =>
        f.tasks.echo.within(transaction).applyAsync([f.key()], { countdown: '1h', queue: 'idle' }),
      );
      await f.published('idle');
      const state = await result.state();
      expect(state).toMatchObject({ state: 'delayed', reason: 'eta', attempts: 0 });
      expect(Math.abs((state?.dueAt?.getTime() ?? 0) - called - 3_600_000)).toBeLessThan(5_000);
    });

    it('countdown: the call does not begin before it has passed, and begins then', async () => {
      const began = performance.now();
      const result = await f.commit((transaction) =>
        f.tasks.echo.within(transaction).applyAsync([f.key()], { countdown: '400ms' }),
      );
      await result.get();
      expect(performance.now() - began).toBeGreaterThan(340);
    });

    it('a countdown that has passed by the commit holds nothing up', async () => {
      const result = await f.commit(async (transaction) => {
        const call = await f.tasks.echo.within(transaction).applyAsync([f.key(), 1], { countdown: '50ms' });
        await sleep(100);
        return call;
      });
      expect(await result.get()).toBe(1);
    });

    it('a call that has expired by the commit ends expired, and never runs', async () => {
      const key = f.key();
      const result = await f.commit(async (transaction) => {
        const call = await f.tasks.echo.within(transaction).applyAsync([key], { expires: '20ms' });
        await sleep(50);
        return call;
      });
      await until(async () => (await result.state())?.finishedAt !== undefined);
      expect(await result.state()).toMatchObject({ state: 'expired', attempts: 0 });
      expect(f.journal.runs(key)).toBe(0);
    });

    it('delayMany runs its calls once each, in their order', async () => {
      const many = keys(30);
      const results = await f.commit((transaction) =>
        f.tasks.echo.within(transaction).delayMany(
          many.map((key, index): [string, number] => [key, index]),
          { queue: 'serial' },
        ),
      );
      expect(await Promise.all(results.map((result) => result.get()))).toEqual(many.map((_, index) => index));
      expect(order(many)).toEqual(many);
    });

    it('delayMany takes more calls than are published at a time', async () => {
      await f.published('idle');
      const before = await f.count('idle');
      const calls = Array.from({ length: 1_201 }, (): [string] => ['bulk']);
      await f.commit((transaction) => f.tasks.echo.within(transaction).delayMany(calls, { queue: 'idle' }));
      await f.published('idle');
      expect((await f.count('idle')) - before).toBe(1_201);
    });

    it('applyMany makes calls of their own ids, queues and times, either all or none', async () => {
      const many = keys(4);
      const calls = many.map((key, index) => ({
        args: [key, index] as [string, number],
        options: {
          taskId: key,
          queue: index < 3 ? 'serial' : 'default',
          ...(index === 0 && { eta: new Date(Date.now() + 300) }),
        },
      }));
      const refused = { args: ['x'.repeat(256 * 1024)] as [string] };
      await f.commit(async (transaction) => {
        const caller = f.tasks.echo.within(transaction);
        await expect(caller.applyMany([...calls, refused])).rejects.toThrow(PayloadTooLargeError);
        await caller.applyMany(calls);
      });
      for (const key of many) await f.journal.written(key);
      expect(many.map((key) => f.journal.runs(key))).toEqual([1, 1, 1, 1]);
      expect(order(many.slice(0, 3))).toEqual([many[1], many[2], many[0]]);
    });

    it('calls of successive transactions run in the order of the transactions', async () => {
      const many = keys(24);
      let last;
      for (let from = 0; from < many.length; from += 2) {
        last = await f.commit(async (transaction) => {
          const caller = f.tasks.echo.within(transaction);
          await caller.applyAsync([many[from] ?? ''], { queue: 'serial' });
          return caller.applyAsync([many[from + 1] ?? ''], { queue: 'serial' });
        });
      }
      await last?.get();
      expect(order(many)).toEqual(many);
    });

    it('priority: high runs before normal, normal before low', async () => {
      const blocker = f.key();
      const first = await f.tasks.gated.applyAsync([blocker], { queue: 'ranked' });
      await f.journal.written(blocker);
      const [low = '', normal = '', high = ''] = keys(3);
      const results = await f.commit(async (transaction) => {
        const caller = f.tasks.echo.within(transaction);
        return [
          await caller.applyAsync([low], { queue: 'ranked', priority: 'low' }),
          await caller.applyAsync([normal], { queue: 'ranked' }),
          await caller.applyAsync([high], { queue: 'ranked', priority: 'high' }),
        ];
      });
      await until(async () => (await f.producer.broker.counts('ranked')).waiting === 3);
      f.gates.release(blocker);
      await Promise.all([first, ...results].map((result) => result.get()));
      expect(order([low, normal, high])).toEqual([high, normal, low]);
    });

    it('headers and identity reach the task', async () => {
      const headers = { tenant: 'acme', 'request-id': 'r-1' };
      const result = await f.commit((transaction) =>
        f.tasks.context.within(transaction).applyAsync([f.key()], { headers, queue: 'serial' }),
      );
      expect(await result.get()).toMatchObject({ id: result.id, name: 'context', queue: 'serial', headers });
    });
  });

  describe('taskId', () => {
    it('the second call of a transaction with it adds nothing and says duplicate', async () => {
      const key = f.key();
      const [first, second] = await f.commit(async (transaction) => {
        const caller = f.tasks.echo.within(transaction);
        return [
          await caller.applyAsync([key, 1], { taskId: key }),
          await caller.applyAsync([key, 2], { taskId: key }),
        ] as const;
      });
      expect([first.duplicate, second.duplicate]).toEqual([false, true]);
      expect(second.id).toBe(first.id);
      expect(await second.get()).toBe(1);
      await f.published('default');
      expect(f.journal.runs(key)).toBe(1);
    });

    it('the call of a later transaction with it does not run again', async () => {
      const key = f.key();
      const callWith = (value: number) =>
        f.commit((transaction) => f.tasks.echo.within(transaction).applyAsync([key, value], { taskId: key }));
      const first = await callWith(1);
      expect(await first.get()).toBe(1);
      const second = await callWith(2);
      // The call table knows only what is not published yet.
      if (f.arrangement === 'the same database') expect(second.duplicate).toBe(true);
      await f.published('default');
      expect(await second.get()).toBe(1);
      expect(f.journal.runs(key)).toBe(1);
    });

    it('calls with it inside and outside a transaction are the same call', async () => {
      const key = f.key();
      const outside = await f.tasks.echo.applyAsync([key, 'outside'], { taskId: key });
      const inside = await f.commit((transaction) =>
        f.tasks.echo.within(transaction).applyAsync([key, 'inside'], { taskId: key }),
      );
      expect(inside.id).toBe(outside.id);
      await f.published('default');
      expect(await inside.get()).toBe('outside');
      expect(f.journal.runs(key)).toBe(1);
    });
  });

  describe('the transaction', () => {
    it('survives calls that are refused', async () => {
      const [bad, good] = [f.key(), f.key()];
      await f.commit(async (transaction) => {
        const caller = f.tasks.echo.within(transaction);
        await expect(caller.delay(bad, () => 1)).rejects.toThrow(InvalidArgumentsError);
        await expect(caller.delay(bad, 'x'.repeat(256 * 1024))).rejects.toThrow(PayloadTooLargeError);
        await expect(caller.applyAsync([bad], { priority: 'high' })).rejects.toThrow(InvalidOptionError);
        await expect(caller.delayMany([[bad], [bad, 1n]])).rejects.toThrow(InvalidArgumentsError);
        await caller.delay(good);
      });
      await f.journal.written(good);
      await f.published('default');
      expect([bad, good].map((key) => f.journal.runs(key))).toEqual([0, 1]);
    });

    it('keeps its search_path', async () => {
      await f.commit(async (transaction) => {
        const path = () => transaction.query('SHOW search_path') as Promise<unknown>;
        const before = await path();
        await f.tasks.echo.within(transaction).applyAsync([f.key()], { taskId: f.key() });
        await f.tasks.echo.within(transaction).delayMany([[f.key()], [f.key()]]);
        expect(await path()).toEqual(before);
      });
    });
  });
}
