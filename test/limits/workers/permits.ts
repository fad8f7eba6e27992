import { beforeAll, describe, expect, it } from 'vitest';
import type { TaskResult } from '../../../src/index.js';
import { LONG } from '../../crashes/seed.js';
import { mostAtOnce } from './at-once.js';
import { type Cast, count, figures, LOCK_TIME } from './cast.js';

const ROUNDS = LONG ? 150 : 15;
const KEYS = ['p', 'q'];
const LASTS = 250;
const KILLS = LONG
  ? ({ pauses: [1_000, 4_000], times: 30 } as const)
  : ({ pauses: [700, 1_500], times: 3 } as const);
const TASKS = ['three', 'two-of-a-key', 'locked', 'visitor'];
const VISITORS_LEASE = 2_000;
/** Deliveries beyond the first. Calls of `visitor` fill the places of workers while they wait, so calls come late. */
const MOST_EXTRA: Record<string, number> = { three: 2, 'two-of-a-key': 2, locked: 3, visitor: 0 };
/** From the end of a lease to the next start, at the most: a process that a suspect has for itself takes no other. */
const LATE = LONG ? 8_000 : 20_000;

/** Permits and locks, while those who hold them are killed. */
export function permits(cast: () => Cast): void {
  describe('permits and locks, while their holders are killed', () => {
    const calls = new Map<string, TaskResult[]>();

    const holders = () =>
      TASKS.flatMap((task) => cast().ledger.stays(task))
        .filter(({ to }) => to === Infinity)
        .map(({ pid }) => pid);

    beforeAll(async () => {
      cast().workforce.supervised = false;
      const keys = Array.from({ length: ROUNDS }, () => KEYS).flat();
      for (const task of TASKS) calls.set(task, await cast().call(task, keys, LASTS));
      const all = [...calls.values()].flat();
      await cast().killing(cast().ends(all, LONG ? 240_000 : 120_000), { ...KILLS, victims: holders });
      await cast().workforce.ready();
    }, 300_000);

    it.each([
      { task: 'three', keys: [undefined], limit: 3, tasks: ['three'], lease: LOCK_TIME },
      { task: 'two-of-a-key', keys: KEYS, limit: 2, tasks: ['two-of-a-key'], lease: LOCK_TIME },
      { task: 'locked', keys: KEYS, limit: 1, tasks: ['locked', 'visitor'], lease: LOCK_TIME },
    ])('$task: never more than $limit at once, and what the dead held is free in time', (row) => {
      for (const key of row.keys) {
        const stays = row.tasks.flatMap((task) => cast().ledger.stays(task, key));
        const most = mostAtOnce(stays);
        const killed = stays.filter(({ died }) => died);
        const waits = killed.flatMap(({ to: death }) => {
          const next = Math.min(...stays.filter(({ from }) => from > death).map(({ from }) => from));
          return next === Infinity ? [] : [next - death];
        });
        figures(`${row.tasks.join(' and ')} ${key ?? ''}`, { most, killed: killed.length, waits });
        expect(most).toBe(row.limit);
        for (const wait of waits) expect(wait).toBeLessThan(row.lease + LATE);
      }
    });

    it('one that waits for the lock of a visitor has it when the lease of that is over', () => {
      const { ledger } = cast();
      for (const key of KEYS) {
        const all = ['locked', 'visitor'].flatMap((task) => ledger.stays(task, key));
        for (const { to: death, died } of ledger.stays('visitor', key)) {
          const next = Math.min(...all.filter(({ from }) => from > death).map(({ from }) => from));
          if (died && next < Infinity) expect(next - death).toBeLessThan(VISITORS_LEASE + LATE);
        }
      }
    });

    it.each(KEYS)('fencing tokens grow in the order of holding: %s', (key) => {
      const fences = cast()
        .ledger.stays('visitor', key)
        .toSorted((a, b) => a.from - b.from)
        .map(({ fence }) => fence);
      expect(fences.length).toBeGreaterThanOrEqual(ROUNDS);
      for (const [index, fence] of fences.entries()) expect(fence).toBeGreaterThan(fences[index - 1] ?? 0);
    });

    it.each(TASKS)('%s: every call succeeds, and runs again only if it was killed', async (task) => {
      const results = calls.get(task) ?? [];
      expect(count(await cast().ends(results))).toEqual({ succeeded: results.length });
      expect(cast().ledger.repeated(task)).toEqual([]);
      const extra = cast().ledger.of('deferred', task).length / results.length;
      figures(task, { calls: results.length, starts: cast().ledger.starts(task).length, extra });
      expect(extra).toBeLessThanOrEqual(MOST_EXTRA[task] ?? 0);
    });
  });
}
