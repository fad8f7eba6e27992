import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BreakerOpenError,
  type HeldLock,
  LimitTimeoutError,
  LockedError,
  PermitLostError,
  RateLimitExceededError,
  TaskBreakers,
  type TaskClient,
  TaskEvents,
  TaskLimits,
  TaskLocks,
  type TaskResult,
  UnknownLimitError,
} from '../../src/index.js';
import { lockGate } from '../../src/limits/gate-of.js';
import { markLost } from '../support/mark-lost.js';
import { until } from '../support/until.js';
import {
  AdmittingCallers,
  AdmittingTasks,
  BadRequest,
  Outages,
  ServiceDown,
  SHARED,
} from './admitting-tasks.js';
import { Gates, Journal } from './fixture-tasks.js';
import { expectRuns, type Fixture, lettingGo, stateOf } from './fixture.js';
import { startApp, type TestApp } from './test-app.js';
import { brokerOptions } from './variant.js';

/** Gates of calls are lied about, too: what a lie costs is time. */
export function admitting(f: Fixture): void {
  describe('limits', () => {
    const outages = new Outages();
    let app: TestApp;
    let tasks: TaskClient<AdmittingTasks>;

    beforeAll(async () => {
      app = await startApp(
        f.variant,
        {
          namespace: f.namespace,
          queues: { limited: { concurrency: 20 } },
          worker: { queues: ['limited'], lockTime: f.variant.lying ? '2s' : '15s' },
          ...SHARED,
        },
        [
          AdmittingTasks,
          AdmittingCallers,
          { provide: Journal, useValue: f.journal },
          { provide: Gates, useValue: f.gates },
          { provide: Outages, useValue: outages },
        ],
        f.ledger,
      );
      tasks = app.get(AdmittingCallers).tasks;
    });
    afterAll(() => app.close());

    const outcome = (result: TaskResult) => result.get().catch((error: unknown) => error);
    const ended = async (results: readonly TaskResult[]) => Promise.all(results.map(outcome));
    const isDelayed = async (result: TaskResult) => (await stateOf(result)) === 'delayed';

    describe('rates', () => {
      it('calls above one wait in the broker, say why, and spend no retry', async () => {
        const key = f.key();
        const told: number[] = [];
        const stop = app.get(TaskEvents).on('deferred', ({ retries }) => told.push(retries));
        const results = await tasks.paced.delayMany([[key], [key], [key]]);
        const reasons = async () =>
          (await Promise.all(results.map((result) => result.state()))).map((at) => at?.reason);
        await until(async () =>
          (await reasons()).some((why) => why?.startsWith('limited: the rate limit "paced"')),
        );
        await ended(results);
        stop();
        expectRuns(f, key, 3);
        expect(new Set(told)).toEqual(new Set([0]));
        const states = await Promise.all(results.map((result) => result.state()));
        for (const state of states) expect(state?.state).toBe('succeeded');
      });

      it('keys are apart', async () => {
        const keys = [f.key(), f.key(), f.key(), f.key()];
        const results = await tasks.bursting.delayMany(keys.map((key) => [key]));
        await ended(results);
        for (const key of keys) expectRuns(f, key, 1);
      });

      it('a burst may start at once; beyond it, fail fails with RateLimitExceededError, for good', async () => {
        const key = f.key();
        const results = await tasks.bursting.delayMany(Array.from({ length: 5 }, () => [key]));
        const errors = (await ended(results)).filter((value) => value instanceof Error);
        // A rate that is asked twice, since its answer was lost or came late, may count a call twice.
        expect(errors.length).toBeGreaterThanOrEqual(2);
        expect(errors.length).toBeLessThanOrEqual(4);
        for (const error of errors) expect(error).toMatchObject({ errorName: 'RateLimitExceededError' });
        expectRuns(f, key, 5 - errors.length);
      });

      it('drop ends a call as ignored', async () => {
        const key = f.key();
        const results = await tasks.dropping.delayMany([[key], [key]]);
        await ended(results);
        const states = await Promise.all(results.map((result) => result.state()));
        const ignored = states.filter((state) => state?.state === 'ignored');
        expect(ignored.length >= 1).toBe(true);
        expect(ignored[0]?.reason).toMatch(/^the rate limit "dropping"/);
      });

      it('several hold together, one of them shared', async () => {
        const key = f.key();
        await ended(await tasks.twiceLimited.delayMany(Array.from({ length: 20 }, () => [key])));
        expectRuns(f, key, 20);
      });

      it('one that waits can be revoked, and expires', async () => {
        const key = f.key();
        const both = await tasks.slow.delayMany([[key], [key]]);
        let revoked: TaskResult = both[0] as TaskResult;
        await until(async () => {
          for (const result of both) if (await isDelayed(result)) revoked = result;
          return isDelayed(revoked);
        });
        await revoked.revoke();
        await until(async () => (await revoked.state())?.finishedAt);
        expect(await stateOf(revoked)).toBe('revoked');
        const expiring = await tasks.slow.applyAsync([key], { expires: '300ms' });
        await until(async () => (await stateOf(expiring)) === 'expired');
      });

      it('a change holds at once for those who wait, and can be taken back', async () => {
        const limits = app.get(TaskLimits);
        const key = f.key();
        expect(await limits.get('slow')).toMatchObject({ limit: '1/h', burst: 1, changed: false });
        const results = await tasks.slow.delayMany([[key], [key], [key]]);
        await until(async () => (await limits.get('slow')).waiting >= 2);
        await limits.change('slow', '50/s');
        await ended(results);
        expectRuns(f, key, 3);
        expect(await limits.get('slow')).toMatchObject({ limit: '50/s', changed: true });
        expect((await limits.list()).map(({ name }) => name)).toContain('shared');
        await limits.restore('slow');
        expect(await limits.get('slow')).toMatchObject({ limit: '1/h', changed: false });
        await expect(limits.change('slwo', '1/s')).rejects.toThrow(UnknownLimitError);
        await expect(limits.change('slow', 'often' as never)).rejects.toThrow('not a rate');
      });

      it('withinLimit holds any code to one', async () => {
        const limits = app.get(TaskLimits);
        const began = performance.now();
        const seen = await Promise.all(
          Array.from({ length: 6 }, (_, n) => limits.withinLimit('visited', () => n, { key: f.namespace })),
        );
        expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
        // Five intervals of 50 ms, of which the first may be shorter.
        expect(performance.now() - began).toBeGreaterThan(150);
      });

      it('withinLimit waits no longer than it is to', async () => {
        const limits = app.get(TaskLimits);
        const options = { key: f.key() };
        await limits.change('visited', '1/h');
        // A lie may have it used up at once.
        const goes = () => limits.withinLimit('visited', () => true, { ...options, timeout: '0s' });
        await goes().catch(() => undefined);
        await expect(goes()).rejects.toThrow(RateLimitExceededError);
        const short = limits.withinLimit('visited', () => 'no', { ...options, timeout: '100ms' });
        await expect(short).rejects.toThrow(LimitTimeoutError);
        await limits.restore('visited');
      });

      it('a key that is none fails the call, and names task and option', async () => {
        const error = await outcome(await tasks.keyless.delay(f.key()));
        expect(error).toMatchObject({ state: 'failed', errorName: 'InvalidKeyError' });
        expect(String(error)).toContain('rateLimit.per');
      });
    });

    describe('maxConcurrency', () => {
      it('no more than so many run at once, for each key', async () => {
        const [key, other] = [f.key(), f.key()];
        const gates = ['1', '2', '3'].map((n) => `${key} ${n}`);
        const results = await tasks.few.delayMany(gates.map((gate) => [key, gate]));
        const apart = await tasks.few.delay(other, other);
        if (!f.variant.lying) {
          await f.journal.written(key, 2);
          await f.journal.written(other);
          await until(async () => (await app.get(TaskLimits).concurrency('few', key)).waiting === 1);
          expectRuns(f, key, 2);
        }
        const all = [...results, apart];
        await lettingGo(f, [...gates, other], ended(all));
        expect(new Set(await Promise.all(all.map(stateOf)))).toEqual(new Set(['succeeded']));
      });
    });

    describe('locks', () => {
      it('calls with one key run one after another', async () => {
        const key = f.key();
        const holder = await tasks.locking.delay(key, key);
        await f.journal.written(key);
        const next = await tasks.locking.delay(key);
        if (!f.variant.lying) {
          await until(() => isDelayed(next));
          expect((await next.state())?.reason).toBe(`limited: the lock "${key}"`);
        }
        await lettingGo(f, [key], ended([holder, next]));
        expect(await stateOf(next)).toBe('succeeded');
      });

      it('a call that must be alone in its process holds none while it waits for that', async () => {
        const [lock, other] = [f.key(), f.key()];
        const queues = () => app.broker.gates.waiting(`lock|${lock}`);
        const [suspect, neighbour] = await app.get(TaskLocks).withLock(lock, async () => {
          const first = await tasks.locking.delay(lock);
          await until(() => isDelayed(first));
          await markLost(brokerOptions(f.variant), f.namespace, 'limited', first.id);
          const second = await tasks.visiting.delay(other, lock);
          await until(async () => (await queues()) === 2);
          return [first, second];
        });
        const states = () => Promise.all([suspect, neighbour].map(stateOf));
        await until(async () => (await states()).every((state) => state === 'succeeded'));
      });

      it('drop ends a call as ignored, and fail fails it, while any other holds the lock', async () => {
        const key = f.key();
        const locks = app.get(TaskLocks);
        await locks.withLock(key, async () => {
          const [dropped, failed] = [
            await tasks.lockingOrNot.delay(f.key(), key),
            await tasks.lockingOrFailing.delay(f.key(), key),
          ];
          expect(await outcome(dropped)).toMatchObject({ state: 'ignored' });
          expect(await outcome(failed)).toMatchObject({ state: 'failed', errorName: 'LockedError' });
        });
      });

      it('withLock keeps code apart, with growing fencing tokens', async () => {
        const locks = app.get(TaskLocks);
        const key = f.key();
        const tokens: number[] = [];
        let inside = 0;
        const enter = () =>
          locks.withLock(key, async ({ fencingToken, signal }) => {
            expect(++inside).toBe(1);
            // Until another waits for it, unless this is the last.
            await until(
              async () => tokens.length === 7 || (await app.broker.gates.waiting(`lock|${key}`)) > 0,
            );
            expect(signal.aborted).toBe(false);
            tokens.push(fencingToken);
            inside--;
          });
        await Promise.all(Array.from({ length: 8 }, enter));
        expect(tokens).toEqual(tokens.toSorted((a, b) => a - b));
        expect(new Set(tokens).size).toBe(8);
      });

      it('withLock waits no longer than it is to, and frees the lock when its code throws', async () => {
        const locks = app.get(TaskLocks);
        const key = f.key();
        await locks.withLock(key, async () => {
          await expect(locks.withLock(key, () => 'no', { timeout: '0s' })).rejects.toThrow(LockedError);
          await expect(locks.withLock(key, () => 'no', { timeout: '100ms' })).rejects.toThrow(
            LimitTimeoutError,
          );
        });
        const throws = locks.withLock(key, () => Promise.reject(new BadRequest('mine')));
        await expect(throws).rejects.toThrow('mine');
        expect(await locks.withLock(key, () => 'free')).toBe('free');
      });

      it('a lock that is lost aborts its holder', async () => {
        const locks = app.get(TaskLocks);
        const key = f.key();
        const { gates } = app.broker;
        const renew = gates.renew.bind(gates);
        gates.renew = () => Promise.reject(new Error('cut off'));
        const lost = ({ signal }: HeldLock) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));
        const reason = await locks.withLock(key, lost, { lease: '400ms' });
        gates.renew = renew;
        expect(reason).toBeInstanceOf(PermitLostError);
      });

      it('a task whose lock is lost finds its signal aborted', async () => {
        const key = f.key();
        const result = await tasks.losing.delay(key, key);
        await f.journal.written(key);
        // As if another worker had the call by now.
        const gate = { ...lockGate(key), waits: false };
        const take = () =>
          app.broker.gates.pass([{ member: result.id, since: 0, lease: 10_000, gates: [gate] }]);
        await until(take);
        const error = await outcome(result);
        expect(error).toMatchObject({ state: 'failed', errorName: 'PermitLostError' });
      });
    });

    describe('breakers', () => {
      it('an outage pauses calls, which spend no retry; one probe finds out that it is over', async () => {
        const key = f.key();
        outages.add('guarded');
        const results = await tasks.guarded.delayMany(Array.from({ length: 6 }, () => [key]));
        const breakers = app.get(TaskBreakers);
        await until(async () => (await breakers.get('guarded')).state !== 'closed');
        const during = await Promise.all(results.map((result) => result.state()));
        for (const state of during) expect(state?.finishedAt).toBeUndefined();
        await until(() => f.journal.runs(key) >= 3);
        outages.delete('guarded');
        await ended(results);
        const states = await Promise.all(results.map((result) => result.state()));
        for (const state of states) expect(state).toMatchObject({ state: 'succeeded' });
        expect(await breakers.get('guarded')).toMatchObject({ state: 'closed', waiting: 0 });
      });

      it('calls have back what they had spent on an outage before it was known', async () => {
        const key = f.key();
        outages.add('guardedAndRetried');
        const results = await tasks.guardedAndRetried.delayMany([[key], [key], [key]]);
        const breakers = app.get(TaskBreakers);
        await until(async () => (await breakers.get('guardedAndRetried')).state !== 'closed');
        await until(() => f.journal.runs(key) >= 4);
        outages.delete('guardedAndRetried');
        expect(await ended(results)).toEqual(results.map(() => null));
        const last = results.map(({ id }) => f.journal.entries.findLast((entry) => entry.id === id));
        if (!f.variant.lying) expect(last.map((entry) => entry?.retries)).toEqual([0, 0, 0]);
      });

      it('a call that fails when the cooldown of an outage is over comes back, and spends no retry', async () => {
        const key = f.key();
        const breakers = app.get(TaskBreakers);
        outages.add('guardedAndSlow');
        const slow = await tasks.guardedAndSlow.delay(key);
        await f.journal.written(key);
        await breakers
          .withBreaker('guardedAndSlow', () => Promise.reject(new ServiceDown('down')))
          .catch((error: unknown) => expect(error).toBeInstanceOf(ServiceDown));
        await until(async () => (await breakers.get('guardedAndSlow')).state === 'half-open');
        outages.delete('guardedAndSlow');
        await lettingGo(f, [key], ended([slow]));
        expect(await slow.state()).toMatchObject({ state: 'succeeded' });
        if (!f.variant.lying) expectRuns(f, key, 2);
      });

      it('errors that do not count leave it closed; it is shared by name, read and set', async () => {
        const breakers = app.get(TaskBreakers);
        await ended(
          await tasks.guardedToo.delayMany([
            [f.key(), 'bad'],
            [f.key(), 'bad'],
            [f.key(), 'bad'],
          ]),
        );
        expect(await breakers.get('service')).toMatchObject({ state: 'closed', failures: 0 });
        const down = await ended(await tasks.guardedToo.delayMany([[f.key(), 'down']]));
        expect(down[0]).toMatchObject({ state: 'failed', errorName: 'ServiceDown' });
        await expect(
          breakers.withBreaker('service', () => Promise.reject(new ServiceDown('x'))),
        ).rejects.toThrow(ServiceDown);
        expect(await breakers.get('service')).toMatchObject({ state: 'open' });
        await expect(breakers.withBreaker('service', () => 'no')).rejects.toThrow(BreakerOpenError);
        await breakers.close('service');
        expect(await breakers.withBreaker('service', () => 'yes')).toBe('yes');
        await breakers.open('service');
        const waiting = await tasks.guardedToo.delay(f.key(), 'bad');
        await until(async () => (await breakers.get('service')).waiting === 1);
        await breakers.close('service');
        expect(await outcome(waiting)).toMatchObject({ errorName: 'BadRequest' });
        expect((await breakers.list()).map(({ name }) => name)).toEqual([
          'guarded',
          'guardedAndRetried',
          'guardedAndSlow',
          'service',
        ]);
        await expect(breakers.get('servise')).rejects.toThrow(UnknownLimitError);
      });
    });
  });
}
