import type { EntityManager } from 'typeorm';
import { describe, expect, it } from 'vitest';
import type { Fixture } from '../support/use-arrangement.js';

export function committing(f: Fixture): void {
  describe('commit and rollback', () => {
    it('a call whose transaction commits runs once', async () => {
      const key = f.key();
      const result = await f.commit((transaction) => f.tasks.echo.within(transaction).delay(key, 42));
      expect(await result.get()).toBe(42);
      await f.published('default');
      expect(f.journal.runs(key)).toBe(1);
    });

    it('a call whose transaction is rolled back leaves nothing, and never runs', async () => {
      const key = f.key();
      await f.published('idle');
      const before = await f.count('idle');
      await f.rollBack(async (transaction) => {
        await f.tasks.echo.within(transaction).delay(key);
        await f.tasks.echo.within(transaction).applyAsync([key], { queue: 'idle' });
      });
      expect(await f.count('idle')).toBe(before);
      for (const queue of ['default', 'idle']) await f.published(queue);
      expect(await f.count('idle')).toBe(before);
      expect(f.journal.runs(key)).toBe(0);
    });

    it('a call in a released savepoint vanishes with the outer transaction', async () => {
      const key = f.key();
      await f.rollBack((outer) => outer.transaction((inner) => f.tasks.echo.within(inner).delay(key)));
      await f.published('default');
      expect(f.journal.runs(key)).toBe(0);
    });

    it('of a savepoint that is rolled back and the transaction around it only the latter makes its calls', async () => {
      const [before, inside, after] = [f.key(), f.key(), f.key()];
      await f.commit(async (outer) => {
        await f.tasks.echo.within(outer).delay(before);
        const inner = outer.transaction(async (transaction) => {
          await f.tasks.echo.within(transaction).delay(inside);
          throw new Error('only this part');
        });
        await expect(inner).rejects.toThrow('only this part');
        await f.tasks.echo.within(outer).delay(after);
      });
      await f.journal.written(before);
      await f.journal.written(after);
      await f.published('default');
      expect([before, inside, after].map((key) => f.journal.runs(key))).toEqual([1, 0, 1]);
    });

    it('every way of calling is part of the transaction', async () => {
      const ways = ['delay', 'applyAsync', 'delayMany', 'by name'];
      const callIn = async (transaction: EntityManager, keys: readonly string[]) => {
        const [first = '', second = '', third = '', fourth = ''] = keys;
        const caller = f.tasks.echo.within(transaction);
        return [
          await caller.delay(first, 'delay'),
          await caller.applyAsync([second, 'applyAsync']),
          ...(await caller.delayMany([[third, 'delayMany']])),
          await f.service.within(transaction).call('echo', [fourth, 'by name'], { queue: 'default' }),
        ];
      };
      const [kept, dropped] = [ways.map(() => f.key()), ways.map(() => f.key())];
      await f.rollBack((transaction) => callIn(transaction, dropped));
      const results = await f.commit((transaction) => callIn(transaction, kept));
      expect(await Promise.all(results.map((result) => result.get()))).toEqual(ways);
      await f.published('default');
      expect(dropped.map((key) => f.journal.runs(key))).toEqual([0, 0, 0, 0]);
      expect(kept.map((key) => f.journal.runs(key))).toEqual([1, 1, 1, 1]);
    });

    it('a QueryRunner is as good as an EntityManager', async () => {
      const [kept, dropped] = [f.key(), f.key()];
      const runner = f.db.createQueryRunner();
      try {
        await runner.startTransaction();
        await f.tasks.echo.within(runner).delay(dropped);
        await runner.rollbackTransaction();
        await runner.startTransaction();
        await f.tasks.echo.within(runner).delay(kept);
        await runner.commitTransaction();
      } finally {
        await runner.release();
      }
      await f.journal.written(kept);
      await f.published('default');
      expect([kept, dropped].map((key) => f.journal.runs(key))).toEqual([1, 0]);
    });
  });

  describe('the handle', () => {
    it('knows of no call until the commit, and of one from then on, whoever asks when', async () => {
      for (let round = 0; round < 20; round++) {
        const result = await f.commit(async (transaction) => {
          const call = await f.tasks.echo.within(transaction).delay(f.key());
          expect(await call.state()).toBeNull();
          return call;
        });
        expect(await result.state()).not.toBeNull();
      }
    });

    it('waits for the result from the commit on', async () => {
      const result = await f.commit((transaction) => f.tasks.echo.within(transaction).delay(f.key(), 'here'));
      expect(await result.get()).toBe('here');
    });

    it('knows no call of a transaction that was rolled back', async () => {
      let id = '';
      await f.rollBack(async (transaction) => {
        ({ id } = await f.tasks.echo.within(transaction).applyAsync([f.key()], { queue: 'idle' }));
      });
      await f.published('idle');
      expect(await f.service.result(id).state()).toBeNull();
    });
  });
}
