import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskResult } from '../../../src/index.js';
import { LONG } from '../../crashes/seed.js';
import { until } from '../../support/until.js';
import { type Cast, count, figures, LOCK_TIME } from './cast.js';
import { FickleServer } from './fickle-server.js';
import { now } from './ledger.js';

const DOWN = LONG ? 30_000 : 4_000;
/** As the tasks have it. */
const FAILURES = 5;
const COOLDOWN = 1_000;
/** Who was on the way when it opened has come by then. */
const OPENED = 500;
const PROBES = DOWN / COOLDOWN + 1;
const CALLS = LONG ? 200 : 40;
/** Each keeps one of the places of a worker. */
const LOOPS = 4;

/** A breaker, over a server that goes away and comes back. */
export function breaker(cast: () => Cast): void {
  describe('a breaker', () => {
    let server: FickleServer;
    let served: TaskResult[];
    let guarded: TaskResult[];
    let down: number;
    let up: number;

    beforeAll(async () => {
      server = await FickleServer.listen();
      server.mode = 'down';
      down = now();
      served = await cast().call(
        'served',
        Array.from({ length: CALLS }, () => ''),
        server.url('/served'),
      );
      guarded = await cast().call(
        'guarded',
        Array.from({ length: LOOPS }, () => ''),
        server.url('/guarded'),
      );
      await until(() => now() > down + DOWN, DOWN + 5_000);
      server.mode = 'up';
      up = now();
    });
    afterAll(() => server.close());

    const probes = (path: string) => {
      const came = server.at(path).filter((at) => at < up);
      const first = came[0] ?? Infinity;
      return {
        first: came.filter((at) => at < first + OPENED),
        later: came.filter((at) => at >= first + OPENED),
      };
    };

    it('keeps calls away while it is open, but for one in a cooldown', async () => {
      const { first, later } = probes('/served');
      figures('calls at a server that is down', { first: first.length, later: later.length, most: PROBES });
      expect(later.length).toBeGreaterThan(0);
      expect(later.length).toBeLessThanOrEqual(PROBES);
      for (const [index, at] of later.entries())
        if (index > 0) expect(at - (later[index - 1] ?? 0)).toBeGreaterThan(COOLDOWN - 100);
    });

    it('closes by itself; no call has failed, and none has spent a retry', async () => {
      expect(count(await cast().ends(served, 20_000))).toEqual({ succeeded: CALLS });
      const ends = cast().ledger.of('end', 'served');
      const first = Math.min(...ends.map(({ at }) => at)) - up;
      const last = Math.max(...ends.map(({ at }) => at)) - up;
      const retried = ends.filter(({ retries }) => retries !== 0).length;
      figures('the server is back', { first, last, retried });
      expect(first).toBeLessThan(COOLDOWN + 1_000);
      expect(last).toBeLessThan(COOLDOWN + 8_000);
      expect(retried).toBe(0);
    });

    it('does so for any code', async () => {
      const { first, later } = probes('/guarded');
      expect(count(await cast().ends(guarded, 20_000))).toEqual({ succeeded: LOOPS });
      const keptAway = cast().ledger.of('kept away', 'guarded').length;
      figures('code at a server that is down', { first: first.length, later: later.length, keptAway });
      expect(keptAway).toBeGreaterThan(LOOPS);
      expect(first.length).toBeLessThanOrEqual(FAILURES + LOOPS - 1);
      expect(later.length).toBeGreaterThan(0);
      expect(later.length).toBeLessThanOrEqual(PROBES);
    });

    it('waits for a probe that died with its process no longer than its lease', async () => {
      const { ledger, workforce } = cast();
      workforce.supervised = false;
      await cast().breakers.open('served', '200ms');
      server.mode = 'silent';
      const results = await cast().call('served', ['x', 'x', 'x', 'x'], server.url('/probed'));
      await until(() => server.at('/probed').length > 0);
      const [probe] = ledger.of('start', 'served', 'x');
      workforce.signal(probe?.pid ?? 0, 'SIGKILL');
      const killed = now();
      server.mode = 'up';
      expect(count(await cast().ends(results, 20_000))).toEqual({ succeeded: 4 });
      const next = Math.min(
        ...ledger
          .of('start', 'served', 'x')
          .slice(1)
          .map(({ at }) => at),
      );
      figures('a probe is killed', { next: next - killed });
      expect(next - killed).toBeLessThan(LOCK_TIME + 4_000);
      await workforce.ready();
    });
  });
}
