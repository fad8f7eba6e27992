import { beforeAll, describe, expect, it } from 'vitest';
import type { TaskResult } from '../../../src/index.js';
import { LONG } from '../../crashes/seed.js';
import { type Cast, count, figures } from './cast.js';
import { type Entry, now } from './ledger.js';
import { moments, rateOf, type Span, worstWindow } from './windows.js';

const SECONDS = LONG ? 60 : 7;
const KILLS = { pauses: [1_000, 3_000], times: Number.POSITIVE_INFINITY } as const;
/** Of the limit. A short run is shared with other suites, and a kill costs the time it takes to boot another. */
const SHARE = LONG ? 0.95 : 0.2;
const KEYS = ['a', 'b', 'c', 'd'];
const GREEDY = 'greedy';
/** A call that is killed has been running. */
const LASTS = 40;

const of = (key: string, calls: number): string[] => Array.from({ length: calls }, () => key);
const turns = (rounds: number): string[] => Array.from({ length: rounds }, () => KEYS).flat();

/** Rates, with more calls than they let pass, while workers are killed. */
export function rates(cast: () => Cast): void {
  describe('rates, while workers are killed', () => {
    const calls = new Map<string, TaskResult[]>();
    let raised = 0;

    const send = async (task: string, keys: string[]) => {
      const results = await cast().call(task, keys, LASTS);
      calls.set(task, [...(calls.get(task) ?? []), ...results]);
      return results;
    };

    beforeAll(async () => {
      cast().workforce.supervised = true;
      const greedy = await send('keyed', of(GREEDY, 50 * SECONDS));
      const others = await Promise.all([
        send('keyed', turns(5 * SECONDS)),
        send('rated', of('', 20 * SECONDS)),
        send('twice', turns(2.5 * SECONDS)),
        send('here', of('', 8 * SECONDS)),
        send('there', of('', 7 * SECONDS)),
      ]);
      await cast().killing(cast().ends(others.flat(), SECONDS * 3_000), KILLS);
      raised = now();
      await cast().limits.change('keyed', { limit: '1000/s', burst: 100 });
      await cast().workforce.ready();
      await cast().ends(greedy);
    }, 200_000);

    const begins = (tasks: string[], key?: string): Span[] =>
      tasks.flatMap((task) => cast().ledger.begins(task, key)).filter(({ to }) => to < raised);
    const isGrant = ({ what, at, key }: Entry, gate: string) =>
      what === 'granted' && at < raised && key?.split(' ').includes(gate);
    const granted = (gate: string): Span[] =>
      cast()
        .ledger.entries()
        .filter((entry) => isGrant(entry, gate))
        .map(({ from = 0, at: to }) => ({ from, to }));
    /** Grants that died with their process. */
    const lostOf = (gate: string): number => {
      const last = new Map<string, Entry>();
      for (const entry of cast().ledger.entries()) if (entry.id) last.set(`${entry.pid} ${entry.id}`, entry);
      return [...last.values()].filter((entry) => isGrant(entry, gate)).length;
    };

    const LIMITS: { gate: string; limit: number; tasks: string[]; key?: string }[] = [
      { gate: 'rate|rated', limit: 20, tasks: ['rated'] },
      ...[GREEDY, ...KEYS].map((key) => ({ gate: `rate|keyed|${key}`, limit: 5, tasks: ['keyed'], key })),
      { gate: 'rate|twice', limit: 10, tasks: ['twice'] },
      { gate: 'rate|shared', limit: 15, tasks: ['here', 'there'] },
    ];

    it.each(LIMITS)('$gate: exactly $limit/s', ({ gate, limit, tasks, key }) => {
      const bound = { limit, burst: 1, tolerance: 100, shortest: 1_000 };
      const spans = begins(tasks, key);
      const grants = granted(gate);
      const starts = spans.map(({ to }) => to);
      const lost = lostOf(gate);
      const achieved = (rateOf(starts) * (1 + lost / starts.length)) / limit;
      const excess = {
        grants: worstWindow(grants, bound).excess,
        begins: worstWindow(spans, bound).excess,
        starts: worstWindow(moments(starts), bound).excess,
      };
      const latest = Math.max(...spans.map(({ from, to }) => to - from));
      figures(gate, {
        grants: grants.length,
        starts: starts.length,
        lost,
        rate: rateOf(starts),
        achieved,
        excess,
        latest,
      });
      expect.soft(excess.grants).toBeLessThanOrEqual(0);
      expect.soft(excess.begins).toBeLessThanOrEqual(0);
      expect.soft(achieved).toBeGreaterThanOrEqual(SHARE);
    });

    it.each(KEYS)('twice: nor more than 4/s of the key %s', (key) => {
      const bound = { limit: 4, burst: 1, tolerance: 100, shortest: 1_000 };
      expect(worstWindow(granted(`rate|twice#2|${key}`), bound).excess).toBeLessThanOrEqual(0);
      expect(worstWindow(begins(['twice'], key), bound).excess).toBeLessThanOrEqual(0);
    });

    it.each(['rated', 'keyed', 'twice', 'here', 'there'])(
      '%s: every call succeeds, and runs again only if it was killed',
      async (task) => {
        const { ledger } = cast();
        const results = calls.get(task) ?? [];
        expect(count(await cast().ends(results))).toEqual({ succeeded: results.length });
        const ids = new Set(ledger.of('start', task).map(({ id }) => id));
        expect(ids).toEqual(new Set(results.map(({ id }) => id)));
        expect(ledger.repeated(task)).toEqual([]);
        const extra = ledger.of('deferred', task).length / results.length;
        figures(task, { calls: results.length, starts: ledger.starts(task).length, extra });
        expect(extra).toBeLessThanOrEqual(2);
      },
    );
  });
}
