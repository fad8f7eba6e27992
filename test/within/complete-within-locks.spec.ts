import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { type Completing, useCompleting } from './support/use-completing.js';

class Mishap extends Error {}

/** More than two locks live without renewal. */
const LONG = 2_500;

describe.concurrent('completeWithin() and the locks, which live for a second', () => {
  const f = useCompleting({ lockTime: '1s' });
  const ended = async ({ result }: Completing) => {
    await until(async () => (await result.state())?.finishedAt !== undefined);
    return result.get();
  };

  it('after a rollback the lock is renewed again', async () => {
    const call = await f.call(async ({ task, db }) => {
      const rolledBack = db.transaction(async (transaction) => {
        await task.completeWithin(transaction, 'in vain');
        throw new Mishap();
      });
      await rolledBack.catch(() => undefined);
      await sleep(LONG);
      return 'went on';
    });
    expect(await ended(call)).toBe('went on');
    expect([call.runs(), call.events]).toEqual([1, ['succeeded']]);
  });

  it('after the rollback of a savepoint the lock is renewed again', async () => {
    const call = await f.call(({ task, db }) =>
      db.transaction(async (outer) => {
        const inner = outer.transaction(async (transaction) => {
          await task.completeWithin(transaction, 'in vain');
          throw new Mishap();
        });
        await inner.catch(() => undefined);
        await sleep(LONG);
        return 'went on';
      }),
    );
    expect(await ended(call)).toBe('went on');
    expect([call.runs(), call.events]).toEqual([1, ['succeeded']]);
  });

  it('the lock is renewed again also if completeWithin() itself came to nothing', async () => {
    const call = await f.call(async ({ task, db }) => {
      const failing = db.transaction(async (transaction) => {
        await transaction.query('SELECT 1 / 0').catch(() => undefined);
        await task.completeWithin(transaction, 'in vain');
      });
      await expect(failing).rejects.toMatchObject({ code: '25P02' });
      await sleep(LONG);
      return 'went on';
    });
    expect(await ended(call)).toBe('went on');
    expect([call.runs(), call.events]).toEqual([1, ['succeeded']]);
  });

  it('a transaction that is open for long keeps its call, although its lock is not renewed', async () => {
    const call = await f.call(({ task, db, effect }) =>
      db.transaction(async (transaction) => {
        await effect(transaction);
        await task.completeWithin(transaction, 'late');
        await sleep(LONG);
      }),
    );
    expect(await ended(call)).toBe('late');
    await until(() => call.events.length > 0);
    expect([call.runs(), await call.effects(), call.events]).toEqual([1, 1, ['succeeded']]);
  });

  it('code that goes on for long after the commit is not taken for lost', async () => {
    const call = await f.call(async ({ task, db, effect }) => {
      await db.transaction(async (transaction) => {
        await effect(transaction);
        await task.completeWithin(transaction, 'done');
      });
      await sleep(LONG);
    });
    expect(await ended(call)).toBe('done');
    await until(() => call.events.length > 0);
    expect([call.runs(), await call.effects(), call.events]).toEqual([1, 1, ['succeeded']]);
  });

  it('neighbours keep their locks while the transaction is open', async () => {
    const neighbours = await Promise.all(
      Array.from({ length: 4 }, () =>
        f.call(async () => {
          await sleep(LONG);
          return 'undisturbed';
        }),
      ),
    );
    await until(() => neighbours.every((call) => call.runs() === 1));
    const call = await f.call(({ task, db }) =>
      db.transaction(async (transaction) => {
        await task.completeWithin(transaction, 'done');
        await sleep(LONG);
      }),
    );
    for (const neighbour of neighbours) {
      expect(await ended(neighbour)).toBe('undisturbed');
      expect([neighbour.runs(), neighbour.events]).toEqual([1, ['succeeded']]);
    }
    expect(await ended(call)).toBe('done');
  });

  it('neighbours end while the transaction is open, whenever they began', async ({ annotate }) => {
    const ending = async (neighbour: Completing) => {
      const began = performance.now();
      await until(async () => (await neighbour.result.state())?.state === 'succeeded');
      return performance.now() - began;
    };
    const older = await f.call(() => sleep(800));
    await until(() => older.runs() === 1);
    const times: number[] = [];
    const call = await f.call(({ task, db }) =>
      db.transaction(async (transaction) => {
        await task.completeWithin(transaction, 'done');
        times.push(await ending(older));
        times.push(await ending(await f.call(() => sleep(800))));
      }),
    );
    expect(await ended(call)).toBe('done');
    await annotate(`neighbours of 800 ms took ${times.map((time) => time.toFixed(0)).join(', ')} ms`);
  });
});
