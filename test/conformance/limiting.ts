import { describe, expect, it } from 'vitest';
import { TaskEvents } from '../../src/index.js';
import { AbandonedRuns } from '../../src/index.js';
import { until } from '../support/until.js';
import { expectRuns, type Fixture } from './fixture.js';

export function limiting(f: Fixture): void {
  const outcome = (result: { get(): Promise<unknown> }) => result.get().catch((error: unknown) => error);

  describe('time limits', () => {
    it('the soft limit aborts task.signal with SoftTimeLimitExceeded, and the task may clean up', async () => {
      expect(await (await f.tasks.softLimited.delay(f.key(), 'clean up')).get()).toBe(
        'SoftTimeLimitExceeded',
      );
    });

    it('a soft limit let through fails the attempt, which is retried', async () => {
      const key = f.key();
      const error = await outcome(await f.tasks.softLimited.delay(key, 'let through'));
      expect(error).toMatchObject({ state: 'failed', errorName: 'SoftTimeLimitExceeded' });
      expectRuns(f, key, 2);
    });

    it('the hard limit frees the slot even if the code ignores the signal', async () => {
      const [deaf, next] = [f.key(), f.key()];
      const stuck = await f.tasks.deaf.applyAsync([deaf], { queue: 'serial' });
      const following = await f.tasks.echo.applyAsync([next, 'ran'], { queue: 'serial' });
      expect(await following.get()).toBe('ran');
      expect(await outcome(stuck)).toMatchObject({ state: 'failed', errorName: 'TimeLimitExceeded' });
      f.gates.release(deaf);
    });

    it('a call past its hard limit is not retried for [Error]: its code may still be running', async () => {
      const key = f.key();
      await outcome(await f.tasks.deaf.delay(key));
      expectRuns(f, key, 1);
      f.gates.release(key);
    });

    it('it is retried if autoretryFor names TimeLimitExceeded', async () => {
      const key = f.key();
      expect(await (await f.tasks.deafRetried.delay(key)).get()).toBe('second attempt');
      expectRuns(f, key, 2);
      f.gates.release(key);
    });

    it('the abandoned run is counted and shown, and its late result is refused', async () => {
      const key = f.key();
      const told: string[] = [];
      const stop = f.app.get(TaskEvents).on('abandoned', ({ id }) => told.push(id));
      const result = await f.tasks.deaf.delay(key);
      await outcome(result);
      stop();
      const shown = () =>
        f.app
          .get(AbandonedRuns)
          .list()
          .map(({ id }) => id);
      expect(told).toContain(result.id);
      expect(shown()).toContain(result.id);
      f.gates.release(key);
      await until(() => !shown().includes(result.id));
      expect((await result.state())?.state).toBe('failed');
    });

    it('limits can be set per call', async () => {
      const key = f.key();
      const result = await f.tasks.gated.applyAsync([key], { timeLimit: '50ms', maxRetries: 0 });
      expect(await outcome(result)).toMatchObject({ errorName: 'TimeLimitExceeded' });
      f.gates.release(key);
    });

    it('extend() moves both limits of the attempt', async () => {
      expect(await (await f.tasks.extending.delay(f.key())).get()).toBe(false);
    });
  });
}
