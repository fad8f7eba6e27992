import { beforeAll, describe, expect, it } from 'vitest';
import type { TaskResult } from '../../../src/index.js';
import { LONG } from '../../crashes/seed.js';
import { mostAtOnce } from './at-once.js';
import { type Cast, count, figures, LOCK_TIME } from './cast.js';
import type { LedgerStay } from './ledger.js';

const LASTS = 250;
const PAUSES = LONG ? ([1_000, 4_000] as const) : ([700, 1_500] as const);
/** From the end of a lease to the next start, at the most. A short run is shared with other suites. */
const SOON = LONG ? 1_000 : 10_000;

/** Permits and locks, while those who hold them are killed. */
export function permits(cast: () => Cast): void {
  describe('permits and locks, while their holders are killed', () => {
    const keys = ['p', 'q'];
    const killed = killing(cast, ['three', 'two-of-a-key', 'locked'], keys, {
      rounds: LONG ? 120 : 12,
      kills: LONG ? 30 : 3,
    });

    it.each([
      { task: 'three', limit: 3, keys: [undefined] },
      { task: 'two-of-a-key', limit: 2, keys },
      { task: 'locked', limit: 1, keys },
    ])('$task: never more than $limit at once, and what the dead held is free in time', (row) => {
      for (const key of row.keys) {
        const stays = cast().ledger.stays(row.task, key);
        const waits = waitsAfterDeaths(stays);
        figures(`${row.task} ${key ?? ''}`, { most: mostAtOnce(stays), waits });
        expect(mostAtOnce(stays)).toBe(row.limit);
        for (const wait of waits) expect(wait).toBeLessThan(LOCK_TIME + SOON);
      }
    });

    killed.theRestHolds(2);
  });

  describe('locks that calls and code wait for, while their holders are killed', () => {
    const keys = ['r', 's'];
    const killed = killing(cast, ['locked', 'visitor'], keys, {
      rounds: LONG ? 80 : 6,
      kills: LONG ? 15 : 2,
    });

    it.each(keys)('never more than one at once: %s', (key) => {
      const stays = ['locked', 'visitor'].flatMap((task) => cast().ledger.stays(task, key));
      figures(`locked and visitor ${key}`, { most: mostAtOnce(stays), waits: waitsAfterDeaths(stays) });
      expect(mostAtOnce(stays)).toBe(1);
    });

    it.each(keys)('fencing tokens grow in the order of holding: %s', (key) => {
      const stays = cast().ledger.stays('visitor', key);
      const fences = stays.toSorted((a, b) => a.from - b.from).map(({ fence }) => fence);
      expect(fences.length).toBeGreaterThan(1);
      for (const [index, fence] of fences.entries()) expect(fence).toBeGreaterThan(fences[index - 1] ?? 0);
    });

    // Code that waits keeps the places of workers; calls that are called in come late, and to a lock that is taken.
    killed.theRestHolds(4);
  });
}

/** Calls of tasks by turns, whose holders are killed until all have ended. */
function killing(
  cast: () => Cast,
  tasks: readonly string[],
  keys: readonly string[],
  { rounds, kills }: { rounds: number; kills: number },
) {
  const calls = new Map<string, TaskResult[]>();
  const holders = () =>
    tasks
      .flatMap((task) => cast().ledger.stays(task))
      .filter(({ to }) => to === Infinity)
      .map(({ pid }) => pid);

  beforeAll(async () => {
    cast().workforce.supervised = false;
    const turns = Array.from({ length: rounds }, () => keys).flat();
    for (const task of tasks) calls.set(task, await cast().call(task, turns, LASTS));
    const ends = cast().ends([...calls.values()].flat(), LONG ? 240_000 : 120_000);
    await cast().killing(ends, { pauses: PAUSES, times: kills, victims: holders });
    await cast().workforce.ready();
  }, 300_000);

  return {
    theRestHolds: (mostExtra: number) =>
      it.each(tasks)('%s: every call succeeds, and runs again only if it was killed', async (task) => {
        const results = calls.get(task) ?? [];
        expect(count(await cast().ends(results))).toEqual({ succeeded: results.length });
        expect(cast().ledger.repeated(task)).toEqual([]);
        const own = new Set(results.map(({ id }) => id));
        const deferred = cast()
          .ledger.of('deferred', task)
          .filter(({ id = '' }) => own.has(id));
        figures(task, { calls: results.length, extra: deferred.length / results.length });
        expect(deferred.length / results.length).toBeLessThanOrEqual(mostExtra);
      }),
  };
}

/** From each death to the next start. */
function waitsAfterDeaths(stays: readonly LedgerStay[]): number[] {
  const waits = stays
    .filter(({ died }) => died)
    .map(({ to: death }) => Math.min(...stays.map(({ from }) => (from > death ? from : Infinity))) - death);
  return waits.filter((wait) => wait < Infinity);
}
