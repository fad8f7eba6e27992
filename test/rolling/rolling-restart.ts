import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { TaskResult } from '../../src/index.js';
import type { Variant } from '../conformance/variant.js';
import { Deployment } from './support/deployment.js';
import { Load } from './support/load.js';
import { Pod } from './support/pod.js';
import { type Fate, judge } from './verdict.js';

/** With CELERIAC_LONG=1 as long as the claim; without, long enough to fail. */
const LONG = process.env['CELERIAC_LONG'] === '1';
const RESTARTS = LONG ? 24 : 3;
const EVERY = LONG ? 5_000 : 2_500;
const LASTING_EVERY = LONG ? 2_000 : 1_000;
const LASTING = LONG ? [3_000, 4_000, 5_000, 6_000, 7_000, 8_000] : [3_000, 4_000];
/** What lasts longer than a pod lives piles up until the end; it must not keep from running what is short. */
const CONCURRENCY = 100;
const READ_AT_ONCE = 50;
/** Generous: the machine is busy with other things, and one of two pods is always away for a while. */
const P99 = 10_000;

async function fatesOf(results: ReadonlyMap<string, TaskResult>): Promise<Map<string, Fate>> {
  const fates = new Map<string, Fate>();
  const left = [...results];
  while (left.length > 0) {
    const some = left.splice(0, READ_AT_ONCE);
    for (const [key, state] of await Promise.all(
      some.map(async ([each, result]) => [each, await result.state()] as const),
    )) {
      fates.set(key, state && { state: state.state, attempts: state.attempts });
    }
  }
  return fates;
}

/** What holds while the pods of an application are replaced one after the other, on either broker. */
export function rollingRestart(kind: Variant['broker']): void {
  describe(`restarting ${kind} workers in turn, every ${EVERY / 1_000} s, ${RESTARTS} times, under load`, () => {
    it(
      'loses nothing, fails nothing, spends no retry, and runs twice only what was handed back',
      async ({ annotate }) => {
        const deployment = await Deployment.create(kind, CONCURRENCY);
        const pods = Array.from(
          { length: 2 },
          () => new Pod(() => deployment.worker('app', '--shutdown-timeout', '1s')),
        );
        await Promise.all(pods.map((pod) => pod.ready()));
        const load = new Load(deployment, { rate: 100, longEvery: LASTING_EVERY, long: LASTING });
        const began = performance.now();
        for (let turn = 0; turn < RESTARTS; turn++) {
          await sleep(Math.max(0, began + 1_000 + turn * EVERY - performance.now()));
          await pods[turn % pods.length]?.restart();
        }
        const took = performance.now() - began;
        const results = await load.stop();
        await deployment.idle(30_000);
        const { asked, handedBack, p50, p99, ...verdict } = judge(
          deployment.ledger.entries(),
          await fatesOf(results),
        );
        const times = Object.values(handedBack);
        await annotate(
          `${asked} calls in ${(took / 1_000).toFixed(1)} s; begun after ${p50} ms (p50), ${p99} ms (p99); ` +
            `${times.length} handed back, up to ${Math.max(0, ...times)} times: ${Object.keys(handedBack).join(', ')}`,
        );
        expect(asked).toBe(results.size);
        expect(verdict).toEqual({ lost: [], failed: [], retried: [], repeated: [] });
        expect(times.length).toBeGreaterThan(0);
        expect(p99).toBeLessThan(P99);
        for (const pod of pods) await pod.stop();
      },
      LONG ? 300_000 : 90_000,
    );
  });
}
