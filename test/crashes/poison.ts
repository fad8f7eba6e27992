import { describe, expect, it } from 'vitest';
import type { Variant } from '../conformance/variant.js';
import { until } from '../support/until.js';
import type { CrashMatrix } from './crash-matrix.js';
import type { Blocker, Innocent } from './fixtures/crash-tasks.js';
import type { Entry } from './ledger.js';
import type { Pool } from './points.js';
import { SHARED } from './row.js';
import { ALWAYS, type Script } from './script.js';
import { LONG, SEED } from './seed.js';
import { Stage } from './stage.js';
import { expectNothingWrong } from './expect-nothing-wrong.js';

const CONCURRENCY = 50;
/** Long enough to begin all of them meanwhile. */
const AFTERWARDS = 1_500;
const POISON = 'poison';
const LONGEST = 120_000;

/** One call that ends its process each time it runs, among as many as the process runs at once. */
export function poison(broker: Variant['broker'], matrix: CrashMatrix): void {
  describe(`poison at concurrency ${CONCURRENCY} on ${broker}`, () => {
    it.for(LONG ? SHARED : [SHARED[(SEED + (broker === 'redis' ? 0 : 1)) % 2] as Pool])(
      'in the pool "%s": the other 49 succeed, and the worker runs as many side by side again',
      { timeout: LONGEST },
      async (pool) => {
        const stage = await Stage.set(broker, pool, { concurrency: CONCURRENCY, workers: 1 });
        try {
          await surroundPoison(stage);
          await until(async () => allEnded(await stage.look(), stage.expectations), LONGEST / 2);
          const keys = Array.from({ length: CONCURRENCY }, (_, number) => `afterwards-${number}`);
          for (const key of keys) {
            const call: Innocent = { key, value: key, lasts: AFTERWARDS };
            await stage.call('innocent', call, { kind: 'innocent', value: key });
          }
          await until(async () => allEnded(await stage.look(), stage.expectations), LONGEST / 2);
          expectNothingWrong(await stage.verdict(), stage);
          expect(mostSideBySide(stage.ledger.entries(), keys)).toBeGreaterThan(CONCURRENCY * 0.8);
          matrix.add(pool, stage.ledger.entries());
        } finally {
          await stage.clear();
        }
      },
    );
  });
}

/** All of them have begun when the poison comes. */
async function surroundPoison(stage: Stage): Promise<void> {
  const keys = Array.from({ length: CONCURRENCY - 1 }, (_, number) => `neighbour-${number}`);
  for (const key of keys) {
    const call: Blocker = { key, until: { what: 'strike', key: POISON } };
    await stage.call('blocker', call, { kind: 'innocent', value: key }, { queue: 'default' });
  }
  await until(() => keys.every((key) => stage.ledger.of('begin', key).length > 0));
  const strikes = [{ at: 'code', by: 'exit', times: ALWAYS }] as const;
  const script: Script = { key: POISON, strikes, throws: 0, lasts: 0, lastsAgain: 0 };
  const ending = { state: 'quarantined', runs: 4, charged: 3 } as const;
  await stage.call('victim', script, { kind: 'victim', title: POISON, ending });
}

function allEnded(entries: readonly Entry[], expected: ReadonlyMap<string, unknown>): boolean {
  return entries.filter(({ what }) => what === 'final').length >= expected.size;
}

function mostSideBySide(entries: readonly Entry[], keys: readonly string[]): number {
  let now = 0;
  let most = 0;
  for (const { what, key } of entries) {
    if (!keys.includes(key)) continue;
    if (what === 'begin') now++;
    if (what === 'end') now--;
    most = Math.max(most, now);
  }
  return most;
}
