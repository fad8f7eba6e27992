import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  InvalidKeyError,
  InvalidOptionError,
  type TaskClient,
  TaskEvents,
  type TaskResult,
} from '../../src/index.js';
import { markLost } from '../support/mark-lost.js';
import { until } from '../support/until.js';
import { Gates, Journal } from './fixture-tasks.js';
import { expectRuns, type Fixture, lettingGo, stateOf } from './fixture.js';
import { startApp, type TestApp } from './test-app.js';
import { UnifyingCallers, UnifyingTasks } from './unifying-tasks.js';
import { brokerOptions } from './variant.js';

export function unifying(f: Fixture): void {
  describe('calls alike', () => {
    let app: TestApp;
    let tasks: TaskClient<UnifyingTasks>;

    const start = (options: object): Promise<TestApp> =>
      startApp(
        f.variant,
        { namespace: f.namespace, queues: { unified: {}, shelf: {} }, ...options },
        [
          UnifyingTasks,
          UnifyingCallers,
          { provide: Journal, useValue: f.journal },
          { provide: Gates, useValue: f.gates },
        ],
        f.ledger,
      );
    const worker = (queue: string) =>
      start({ worker: { queues: [queue], lockTime: f.variant.lying ? '2s' : '15s' } });
    /** Nobody consumes it until a case does. */
    const shelved = { queue: 'shelf' };
    const ended = (result: TaskResult) =>
      until(
        async () => (await result.state())?.finishedAt,
        undefined,
        () => `${result.id} has ended`,
      );

    beforeAll(async () => {
      app = await worker('unified');
      tasks = app.get(UnifyingCallers).tasks;
    });

    afterAll(() => app.close());

    describe('unique', () => {
      it('gives the handle of the call that has not ended', async () => {
        const key = f.key();
        const sent: [string, boolean][] = [];
        const stop = app
          .get<TaskEvents>(TaskEvents)
          .on('sent', ({ id, duplicate }) => sent.push([id, duplicate]));
        const first = await tasks.unique.delay(key, 'wait');
        const second = await tasks.unique.delay(key);
        stop();
        expect([first.duplicate, second.duplicate]).toEqual([false, true]);
        expect(second.id).toBe(first.id);
        expect(sent).toEqual([
          [first.id, false],
          [first.id, true],
        ]);
        await f.journal.written(key);
        f.gates.release(key);
        expect(await second.get()).toBe('wait');
        expectRuns(f, key, 1);
      });

      it('tells calls apart by their key, or by all their arguments', async () => {
        const [one, other] = [f.key(), f.key()];
        const calls = [
          await tasks.unique.applyAsync([one], shelved),
          await tasks.unique.applyAsync([other], shelved),
          await tasks.uniqueArguments.applyAsync([one], shelved),
          await tasks.uniqueArguments.applyAsync([one, { a: 1 }], shelved),
          await tasks.uniqueUntilStarted.applyAsync([one], shelved),
        ];
        expect(calls.map(({ duplicate }) => duplicate)).toEqual(calls.map(() => false));
        expect((await tasks.uniqueArguments.applyAsync([one, { a: 1 }], shelved)).id).toBe(calls[3]?.id);
      });

      it('of many callers at once, one wins', async () => {
        const key = f.key();
        const calls = await Promise.all(
          Array.from({ length: 40 }, () => tasks.unique.applyAsync([key], shelved)),
        );
        expect(new Set(calls.map(({ id }) => id)).size).toBe(1);
        expect(calls.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
      });

      it.each(['return', 'fail', 'ignore'] as const)('is over when the call has ended (%s)', async (then) => {
        const key = f.key();
        const first = await tasks.unique.delay(key, then);
        await ended(first);
        const second = await tasks.unique.delay(key);
        expect(second.duplicate).toBe(false);
        await ended(second);
        expectRuns(f, key, 2);
      });

      it('until started: over when its code begins', async () => {
        const key = f.key();
        const waiting = await tasks.uniqueUntilStarted.applyAsync([key], { countdown: '200ms' });
        expect((await tasks.uniqueUntilStarted.delay(key)).id).toBe(waiting.id);

        const running = await tasks.uniqueUntilStarted.delay(`${key} b`, 'wait');
        await f.journal.written(`${key} b`);
        const next = await tasks.uniqueUntilStarted.delay(`${key} b`);
        expect(next.duplicate).toBe(false);
        if (!f.variant.lying) await ended(next);
        await lettingGo(f, [`${key} b`], Promise.all([ended(next), ended(running)]));
      });

      it('is over when the call is revoked, though no worker has noticed', async () => {
        const key = f.key();
        const first = await tasks.unique.applyAsync([key], shelved);
        await first.revoke();
        const calls = await Promise.all(
          Array.from({ length: 40 }, () => tasks.unique.applyAsync([key], shelved)),
        );
        expect(calls.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
        expect(new Set(calls.map(({ id }) => id)).size).toBe(1);
        expect(calls[0]?.id).not.toBe(first.id);
      });

      it('is over when the call has expired, though no worker has noticed', async () => {
        const key = f.key();
        const first = await tasks.unique.applyAsync([key], { ...shelved, expires: '20ms' });
        await until(async () => (await stateOf(first)) === 'expired');
        expect((await tasks.unique.applyAsync([key], shelved)).duplicate).toBe(false);
      });

      it('is over when its time has passed', async () => {
        const key = f.key();
        const first = await tasks.uniqueForAWhile.applyAsync([key], shelved);
        await until(async () => !(await tasks.uniqueForAWhile.applyAsync([key], shelved)).duplicate);
        expect(await stateOf(first)).toBe('queued');
      });

      it('is over when the call is quarantined, or its worker was lost', async () => {
        const [poison, early] = [f.key(), f.key()];
        const quarantined = await tasks.unique.applyAsync([poison], shelved);
        const lost = await tasks.uniqueEarly.applyAsync([early], shelved);
        await markLost(brokerOptions(f.variant), f.namespace, 'shelf', quarantined.id, 20);
        await markLost(brokerOptions(f.variant), f.namespace, 'shelf', lost.id);
        const other = await worker('shelf');
        await ended(quarantined);
        await ended(lost);
        await other.close();
        expect([await stateOf(quarantined), await stateOf(lost)]).toEqual(['quarantined', 'failed']);
        expect((await tasks.unique.applyAsync([poison], shelved)).duplicate).toBe(false);
        expect((await tasks.uniqueEarly.applyAsync([early], shelved)).duplicate).toBe(false);
      });

      it('holds among the calls of delayMany, and against them', async () => {
        const [a, b, c] = [f.key(), f.key(), f.key()];
        const there = await tasks.unique.applyAsync([b], shelved);
        const over = await tasks.unique.applyAsync([c], shelved);
        await over.revoke();
        const many = await tasks.unique.delayMany([[a], [a], [b], [c]], shelved);
        expect(many.map(({ duplicate }) => duplicate)).toEqual([false, true, true, false]);
        expect(many[1]?.id).toBe(many[0]?.id);
        expect(many[2]?.id).toBe(there.id);
      });

      it('goes with an id of the caller', async () => {
        const key = f.key();
        const taskId = f.key();
        const first = await tasks.unique.applyAsync([key], { ...shelved, taskId });
        expect(first).toMatchObject({ id: `shelf.${taskId}`, duplicate: false });
        const again = await tasks.unique.applyAsync([key], { ...shelved, taskId });
        expect(again).toMatchObject({ id: first.id, duplicate: true });
        const other = await tasks.unique.applyAsync([key], { ...shelved, taskId: f.key() });
        expect(other).toMatchObject({ id: first.id, duplicate: true });
      });

      it('needs a key', async () => {
        await expect(tasks.keyless.delay(f.key())).rejects.toThrow(InvalidKeyError);
        await expect(tasks.keyless.delayMany([[f.key()]])).rejects.toThrow(InvalidKeyError);
      });
    });

    describe('throttle', () => {
      it('keeps others away though the first has succeeded', async () => {
        const key = f.key();
        const first = await tasks.throttled.delay(key);
        await ended(first);
        const second = await tasks.throttled.delay(key, 'fail');
        expect(second).toMatchObject({ id: first.id, duplicate: true });
        expect(await second.get()).toBe('return');
        expectRuns(f, key, 1);
      });

      it('is over when its time has passed', async () => {
        const key = f.key();
        const first = await tasks.throttledBriefly.delay(key);
        await ended(first);
        await until(async () => !(await tasks.throttledBriefly.delay(key)).duplicate);
      });

      it('is over when the first has failed, is revoked or has expired', async () => {
        const [failing, revoked, expiring] = [f.key(), f.key(), f.key()];
        await ended(await tasks.throttled.delay(failing, 'fail'));
        expect((await tasks.throttled.delay(failing)).duplicate).toBe(false);

        await (await tasks.throttled.applyAsync([revoked], shelved)).revoke();
        expect((await tasks.throttled.applyAsync([revoked], shelved)).duplicate).toBe(false);

        const late = await tasks.throttled.applyAsync([expiring], { ...shelved, expires: '20ms' });
        await until(async () => (await stateOf(late)) === 'expired');
        expect((await tasks.throttled.applyAsync([expiring], shelved)).duplicate).toBe(false);
      });
    });

    describe('debounce', () => {
      it('runs the last of a burst, once', async () => {
        const key = f.key();
        await tasks.debounced.delay(key, 1);
        await tasks.debounced.delay(key, 2);
        const last = await tasks.debounced.delay(key, 3);
        expect(last.duplicate).toBe(false);
        expect(await stateOf(last)).toBe('delayed');
        expect(await last.get()).toBe(3);
        expect(f.journal.entries.findLast((entry) => entry.key === key)?.id).toBe(last.id);
        if (!f.variant.lying) expectRuns(f, key, 1);
      });

      it('a call that comes while the one before runs is not lost', async () => {
        const key = f.key();
        const first = await tasks.debouncedBriefly.delay(key, 'wait');
        await f.journal.written(key);
        const second = await tasks.debouncedBriefly.delay(key);
        expect(second.id).not.toBe(first.id);
        if (!f.variant.lying) await second.get();
        const results = lettingGo(f, [key], Promise.all([first.get(), second.get()]));
        expect(await results).toEqual(['wait', 'return']);
      });

      it('nor one that comes while the one before is due', async () => {
        const key = f.key();
        const first = await tasks.debouncedLong.applyAsync([key], shelved);
        await makeDue(app, first.id);
        expect(await stateOf(first)).toBe('queued');
        const second = await tasks.debouncedLong.applyAsync([key], shelved);
        expect(second).toMatchObject({ duplicate: false });
        const third = await tasks.debouncedLong.applyAsync([key], shelved);
        expect([await stateOf(first), await stateOf(third)]).toEqual(['queued', 'delayed']);
        expect(await second.state()).toBeNull();
      });

      it('says itself when its calls begin', async () => {
        const options = [{ countdown: '1s' }, { eta: new Date() }] as const;
        for (const when of options) {
          await expect(tasks.debounced.applyAsync([f.key(), 1], when)).rejects.toThrow(InvalidOptionError);
        }
      });
    });
  });
}

/** As a worker does whose clock is ahead. */
async function makeDue(app: TestApp, id: string): Promise<void> {
  const queue = app.broker.queueHandle('shelf') as {
    getJob(id: string): Promise<{ promote(): Promise<void> }>;
  };
  await until(async () => {
    // A second try of one that took effect is refused.
    await queue
      .getJob(id)
      .then((job) => job.promote())
      .catch(() => undefined);
    return (await app.broker.read('shelf', id))?.state === 'waiting';
  });
}
