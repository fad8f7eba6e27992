import type { Queue } from 'bullmq';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { LockLostError, NotInTransactionError, OutsideTaskError, TaskContext } from '../../src/index.js';
import { until } from '../support/until.js';
import { type Completing, useCompleting } from './support/use-completing.js';
import type { Script } from './support/scripted-tasks.js';

class Mishap extends Error {}

/** Writes the effect and completes the call in one transaction. */
const completes =
  (value?: unknown): Script =>
  ({ task, db, effect }) =>
    db.transaction(async (transaction) => {
      await effect(transaction);
      await task.completeWithin(transaction, value);
    });

const completesInVain: Script = async ({ task, db, effect }) => {
  const rolledBack = db.transaction(async (transaction) => {
    await effect(transaction);
    await task.completeWithin(transaction, 'in vain');
    throw new Mishap('after completeWithin()');
  });
  await rolledBack.catch((error: unknown) => {
    if (!(error instanceof Mishap)) throw error;
  });
};

describe('completeWithin()', () => {
  const f = useCompleting();
  const succeeded = ({ result }: Completing) =>
    until(async () => (await result.state())?.state === 'succeeded');

  it('finishes the call with its result in the very transaction of its effect', async () => {
    const call = await f.call(async (run) => {
      await completes({ rendered: 3 })(run);
      return 'what the method returns is not stored';
    });
    expect(await call.result.get()).toEqual({ rendered: 3 });
    await until(() => call.events.length > 0);
    expect(call.events).toEqual(['succeeded']);
    expect([call.runs(), await call.effects()]).toEqual([1, 1]);
    expect((await call.result.state())?.attempts).toBe(1);
  });

  it('without a result the call succeeds with null', async () => {
    const call = await f.call(completes());
    expect(await call.result.get()).toBeNull();
  });

  it('shows the success with the commit, not before', async () => {
    let stateInside: string | undefined;
    const call = await f.call(({ task, db, effect }) =>
      db.transaction(async (transaction) => {
        await effect(transaction);
        await task.completeWithin(transaction);
        stateInside = (await call.result.state())?.state;
      }),
    );
    await succeeded(call);
    expect(stateInside).toBe('running');
  });

  it('rolled back, it has not happened: the attempt fails, is retried, and completes the next time', async () => {
    const call = await f.call(async (run) => {
      if (run.task.retries > 0) return completes('second')(run);
      await completesInVain(run);
      throw new Mishap('so the attempt fails');
    });
    expect(await call.result.get()).toBe('second');
    expect([call.runs(), await call.effects()]).toEqual([2, 1]);
    await until(() => call.events.length >= 2);
    expect(call.events).toEqual(['retried', 'succeeded']);
  });

  it('rolled back, the attempt goes on, and may complete in another transaction', async () => {
    const call = await f.call(async (run) => {
      await completesInVain(run);
      await completes('another')(run);
    });
    expect(await call.result.get()).toBe('another');
    expect([call.runs(), await call.effects()]).toEqual([1, 1]);
  });

  it('rolled back, the attempt may also end as any other', async () => {
    const call = await f.call(async (run) => {
      await completesInVain(run);
      return 'as any other';
    });
    expect(await call.result.get()).toBe('as any other');
    expect([call.runs(), await call.effects()]).toEqual([1, 0]);
  });

  it('in a savepoint that is rolled back, it has not happened either', async () => {
    const call = await f.call(({ task, db, effect }) =>
      db.transaction(async (outer) => {
        await effect(outer);
        const inner = outer.transaction(async (transaction) => {
          await task.completeWithin(transaction, 'in vain');
          throw new Mishap('only this part');
        });
        await inner.catch(() => undefined);
        return 'the outer transaction committed';
      }),
    );
    expect(await call.result.get()).toBe('the outer transaction committed');
    expect([call.runs(), await call.effects()]).toEqual([1, 1]);
  });

  it('code that throws after the commit has succeeded all the same, and does not run again', async () => {
    const call = await f.call(async (run) => {
      await completes('done')(run);
      throw new Mishap('too late to fail');
    });
    expect(await call.result.get()).toBe('done');
    await until(() => call.events.length > 0);
    expect(call.events).toEqual(['succeeded']);
    expect([call.runs(), await call.effects()]).toEqual([1, 1]);
  });

  it('a hard limit that passes after the commit changes nothing', async () => {
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const call = await f.call(
      async (run) => {
        await completes('done')(run);
        await ended;
      },
      { timeLimit: '300ms', softTimeLimit: null },
    );
    await until(() => call.events.length > 0);
    expect(call.events).toEqual(['succeeded']);
    expect(await call.result.get()).toBe('done');
    end();
    expect([call.runs(), await call.effects()]).toEqual([1, 1]);
  });

  it('a result above the limit is dropped, and the call has succeeded', async () => {
    const call = await f.call(completes('x'.repeat(300 * 1024)));
    await succeeded(call);
    expect(await call.result.state()).toMatchObject({
      resultDropped: true,
      reason: expect.stringMatching(/payload limit/),
    });
    await until(() => call.events.length >= 2);
    expect(call.events).toEqual(['succeeded', 'result dropped']);
    expect(await call.effects()).toBe(1);
  });

  it('a result that is not JSON is dropped, and the call has succeeded', async () => {
    const call = await f.call(completes(new Date()));
    await succeeded(call);
    expect((await call.result.state())?.resultDropped).toBe(true);
    expect(await call.effects()).toBe(1);
  });

  it('refuses a call that is not this worker’s any more, and lets the transaction not commit', async () => {
    const refused: unknown[] = [];
    const afterwards: unknown[] = [];
    const queue = f.app.broker.queueHandle('default') as Queue;
    const call = await f.call(async (run) => {
      if (call.runs() > 1) return completes('the second delivery')(run);
      // As a sweep does after the lock has run out.
      await queue.getBackend().moveToDelayed(run.task.id, Date.now(), 1, '0', { skipAttempt: true });
      return run.db.transaction(async (transaction) => {
        await run.effect(transaction);
        await run.task.completeWithin(transaction).catch((error: unknown) => refused.push(error));
        await transaction.query('SELECT 1').catch((error: unknown) => afterwards.push(error));
      });
    });
    await succeeded(call);
    expect(refused).toEqual([expect.any(LockLostError)]);
    expect(afterwards).toEqual([expect.objectContaining({ code: '25P02' })]);
    expect(await call.result.get()).toBe('the second delivery');
    expect([call.runs(), await call.effects()]).toEqual([2, 1]);
  });

  it('is refused outside a transaction, and outside a task', async () => {
    const call = await f.call(async ({ task, db }) => {
      await expect(task.completeWithin(db.manager)).rejects.toThrow(NotInTransactionError);
      return 'as any other';
    });
    expect(await call.result.get()).toBe('as any other');
    const outside = f.app
      .get(DataSource)
      .transaction((transaction) => f.app.get(TaskContext).completeWithin(transaction));
    await expect(outside).rejects.toThrow(OutsideTaskError);
  });

  it('a transaction that Postgres rolls back at its commit has not completed the call', async () => {
    const call = await f.call(async (run) => {
      if (run.task.retries > 0) return completes('second')(run);
      await run.db.transaction(async (transaction) => {
        await run.effect(transaction);
        await run.task.completeWithin(transaction, 'first');
        // Whoever swallows this has a transaction that can only be rolled back; COMMIT does so, and does not complain.
        await transaction.query('SELECT 1 / 0').catch(() => undefined);
      });
      return 'believed to be committed';
    });
    expect(await call.result.get()).toBe('second');
    expect([call.runs(), await call.effects()]).toEqual([2, 1]);
  });

  it('a task that ends before its transaction does has not succeeded by that', async () => {
    let end = () => {};
    const told = new Promise<void>((resolve) => (end = resolve));
    const call = await f.call(async (run) => {
      if (run.task.retries > 0) return completes('second')(run);
      const inside = new Promise<void>((resolve) => {
        void run.db
          .transaction(async (transaction) => {
            await run.effect(transaction);
            await run.task.completeWithin(transaction, 'first');
            resolve();
            await told;
            throw new Mishap('nobody is there to hear it');
          })
          .catch(() => undefined);
      });
      await inside;
      return 'not awaited';
    });
    await until(() => call.events.length > 0);
    end();
    expect(await call.result.get()).toBe('second');
    expect([call.runs(), await call.effects()]).toEqual([2, 1]);
  });
});
