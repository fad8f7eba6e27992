import { beforeAll, describe, expect, it } from 'vitest';
import type { Rate, TaskResult } from '../../../src/index.js';
import { LONG } from '../../crashes/seed.js';
import { until } from '../../support/until.js';
import { type Cast, count, figures } from './cast.js';
import { now } from './ledger.js';
import { moments, rateOf, worstWindow } from './windows.js';

/** Starts to wait for at each rate. */
const FEW = LONG ? 30 : 6;
const MANY = LONG ? 500 : 80;
/** Calls that began, or were on their way, when a limit was changed, go on. */
const NOTICED = 1_500;

/** A backlog that waits for a rate, while that is changed, and while all workers are away. */
export function backlog(cast: () => Cast): void {
  describe('a backlog', () => {
    let results: TaskResult[] = [];
    let changed: Record<'faster' | 'slower' | 'away' | 'back', number>;

    const starts = () => cast().ledger.starts('paced');
    /** Waits for so many more. */
    const more = async (calls: number, timeout: number) => {
      const before = starts().length;
      await until(
        () => starts().length >= before + calls,
        timeout,
        () => `${calls} more calls begin`,
      );
    };
    const change = async (limit: Rate): Promise<number> => {
      await cast().limits.change('paced', limit);
      return now();
    };
    const between = (from: number, to: number) => starts().filter((at) => at >= from && at <= to);

    beforeAll(async () => {
      const { workforce } = cast();
      const calls = 3 * FEW + MANY + 20;
      results = await cast().call(
        'paced',
        Array.from({ length: calls }, () => ''),
      );
      await more(FEW, 10_000 + FEW * 400);
      const faster = await change('50/s');
      await more(MANY, 10_000 + MANY * 40);
      const slower = await change('4/s');
      await more(FEW, 10_000 + FEW * 500);
      const away = now();
      await workforce.stop();
      await workforce.start();
      const back = now();
      await more(FEW, 10_000 + FEW * 500);
      changed = { faster, slower, away, back };
      figures('backlog', { away: back - away, left: results.length - starts().length });
      await change('100/s');
    }, 240_000);

    it('speeds up soon after its limit was raised', () => {
      const { faster, slower } = changed;
      const fast = between(faster + NOTICED, slower);
      const noticed = between(faster, slower).find(
        (at, index, all) => (all[index + 3] ?? Infinity) - at < 100,
      );
      figures('raised', { noticed: (noticed ?? Infinity) - faster, rate: rateOf(fast) });
      expect((noticed ?? Infinity) - faster).toBeLessThan(NOTICED);
      expect(worstWindow(moments(fast), bound(50)).excess).toBeLessThanOrEqual(0);
      if (LONG) expect(rateOf(fast)).toBeGreaterThanOrEqual(47.5);
    });

    it('slows down as soon as its limit was lowered', () => {
      const { slower, away } = changed;
      const slow = between(slower + 100, away);
      figures('lowered', { starts: slow.length, rate: rateOf(slow) });
      expect(worstWindow(moments(slow), bound(4)).excess).toBeLessThanOrEqual(0);
    });

    it('goes on when all workers have been stopped and started, at its pace', () => {
      const { back } = changed;
      const after = starts()
        .filter((at) => at > back)
        .toSorted((a, b) => a - b);
      const first = (after[0] ?? Infinity) - back;
      figures('started again', { first });
      expect(first).toBeLessThan(NOTICED);
      expect(worstWindow(moments(after.slice(0, FEW)), bound(4)).excess).toBeLessThanOrEqual(0);
    });

    it('loses none, and none waits for the delay it would come by itself after', async () => {
      expect(count(await cast().ends(results, 15_000))).toEqual({ succeeded: results.length });
      expect(starts()).toHaveLength(results.length);
      expect(cast().ledger.of('deferred', 'paced').length / results.length).toBeLessThanOrEqual(2);
    });
  });
}

const bound = (limit: number) => ({ limit, burst: 1, tolerance: 100, shortest: 1_000 });
