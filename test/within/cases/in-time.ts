import { describe, expect, it } from 'vitest';
import type { Fixture } from '../support/use-arrangement.js';
import { median, milliseconds } from '../support/median.js';

/** A dispatcher that only polled would take half a second, in the middle. */
const FAR_BELOW_POLLING = 400;
/** What a transaction that blocks others would exceed at once: they would wait for its end. */
const NOT_BLOCKED = 500;

export function inTime(f: Fixture): void {
  describe('in time', () => {
    it('a call starts soon after its commit', async ({ annotate }) => {
      const times: number[] = [];
      for (let round = 0; round < 100; round++) {
        const key = f.key();
        const runner = f.db.createQueryRunner();
        await runner.startTransaction();
        await f.tasks.echo.within(runner).delay(key);
        const started = f.journal.written(key);
        const committing = performance.now();
        await runner.commitTransaction();
        await started;
        times.push(performance.now() - committing);
        await runner.release();
      }
      await annotate(`${f.arrangement}: commit to start, p50 ${milliseconds(median(times))}`);
      expect(median(times)).toBeLessThan(FAR_BELOW_POLLING);
    });

    it.for<[string, (key: string) => Promise<unknown>]>([
      ['delay()', (key) => f.tasks.echo.applyAsync([key], { queue: 'serial' })],
      ['delayMany()', (key) => f.tasks.echo.delayMany([[key], [f.key()]], { queue: 'serial' })],
      [
        'within() a transaction of its own',
        (key) =>
          f.commit((transaction) => f.tasks.echo.within(transaction).applyAsync([key], { queue: 'serial' })),
      ],
      [
        'delayMany() within() a transaction of its own',
        (key) =>
          f.commit((transaction) =>
            f.tasks.echo.within(transaction).delayMany([[key], [f.key()]], { queue: 'serial' }),
          ),
      ],
    ])('an open transaction does not hold up %s of another producer', async ([way, call], { annotate }) => {
      const measure = async () => {
        const times: number[] = [];
        for (let round = 0; round < 15; round++) {
          const key = f.key();
          const began = performance.now();
          await call(key);
          await f.journal.written(key);
          times.push(performance.now() - began);
        }
        return times;
      };
      const alone = await measure();
      const beside = await f.commit(async (transaction) => {
        await f.tasks.echo.within(transaction).applyAsync([f.key()], { queue: 'serial' });
        await f.tasks.echo.within(transaction).delayMany([[f.key()], [f.key()]], { queue: 'serial' });
        return measure();
      });
      const [before, during] = [median(alone), median(beside)];
      await annotate(
        `${f.arrangement}: ${way} to start, p50 ${milliseconds(before)} alone, ${milliseconds(during)} beside it`,
      );
      expect(during - before).toBeLessThan(NOT_BLOCKED);
    });

    it('an open transaction that was first to use a queue does not hold up the second', async ({
      annotate,
    }) => {
      const call = { queue: 'unused' };
      const took = await f.commit(async (transaction) => {
        await f.tasks.echo.within(transaction).applyAsync([f.key()], call);
        const began = performance.now();
        await f.tasks.echo.applyAsync([f.key()], call);
        await f.tasks.echo.delayMany([[f.key()], [f.key()]], call);
        await f.commit((other) => f.tasks.echo.within(other).applyAsync([f.key()], call));
        return performance.now() - began;
      });
      await annotate(`${f.arrangement}: three calls on a new queue took ${milliseconds(took)}`);
      expect(took).toBeLessThan(NOT_BLOCKED);
    });
  });
}
