import { describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { expectRuns, type Fixture, stateOf } from './fixture.js';

export function retrying(f: Fixture): void {
  const outcome = (result: { get(): Promise<unknown> }) => result.get().catch((error: unknown) => error);

  describe('retrying', () => {
    it('a failed attempt runs again until it succeeds, and attempts are counted', async () => {
      const key = f.key();
      const result = await f.tasks.failTimes.delay(key, 2);
      expect(await result.get()).toBe(2);
      expectRuns(f, key, 3);
      expect((await result.state())?.attempts).toBe(3);
    });

    it('after maxRetries the call fails with its last error', async () => {
      const key = f.key();
      const result = await f.tasks.failTimes.applyAsync([key, 99], { maxRetries: 2 });
      expect(await outcome(result)).toMatchObject({
        state: 'failed',
        reason: expect.stringContaining('failed 3 times'),
      });
      expectRuns(f, key, 3);
    });

    it('maxRetries 0 runs once', async () => {
      const key = f.key();
      expect(await outcome(await f.tasks.failTimes.applyAsync([key, 99], { maxRetries: 0 }))).toMatchObject({
        state: 'failed',
      });
      expectRuns(f, key, 1);
    });

    it('maxRetries null goes on beyond the default', async () => {
      const key = f.key();
      const result = await f.tasks.failTimes.applyAsync([key, 6], {
        maxRetries: null,
        retryBackoff: '1ms',
        retryBackoffMax: '2ms',
      });
      expect(await result.get()).toBe(6);
      expectRuns(f, key, 7);
    });

    it('autoretryFor: other errors fail at once', async () => {
      const [first, second] = [f.key(), f.key()];
      await outcome(await f.tasks.selective.delay(first, 'first'));
      await outcome(await f.tasks.selective.delay(second, 'second'));
      expectRuns(f, first, 3);
      expectRuns(f, second, 1);
    });

    it('dontAutoretryFor wins over autoretryFor', async () => {
      const key = f.key();
      await outcome(await f.tasks.excepted.delay(key));
      expectRuns(f, key, 1);
    });

    it('while it waits, state() says backoff and why', async () => {
      const key = f.key();
      const result = await f.tasks.slowBackoff.delay(key);
      await until(async () => (await stateOf(result)) === 'delayed');
      const state = await result.state();
      expect(state?.reason).toBe('backoff: FirstKind: comes back in an hour');
      expect(state?.attempts).toBe(1);
      const wait = (state?.dueAt?.getTime() ?? 0) - Date.now();
      expect(wait).toBeGreaterThan(3_500_000);
      expect(wait).toBeLessThan(3_700_000);
    });

    it('task.retry({ countdown }) runs again after it, and spends a retry', async () => {
      const key = f.key();
      const result = await f.tasks.asksForRetry.delay(key, '20ms');
      expect(await result.get()).toBe(1);
      expectRuns(f, key, 2);
    });

    it('task.retry() without a countdown uses the backoff, and fails with its cause when none is left', async () => {
      const key = f.key();
      const result = await f.tasks.asksForRetry.delay(key, null);
      expect(await outcome(result)).toMatchObject({ state: 'failed', reason: 'SecondKind: the cause' });
      expectRuns(f, key, 3);
    });

    it('Snooze runs later and spends no retry', async () => {
      const key = f.key();
      const result = await f.tasks.snoozed.delay(key, 5);
      expect(await result.get()).toBe(0);
      expectRuns(f, key, 6);
      expect((await result.state())?.attempts).toBe(1);
    });
  });
}
