import { afterAll, describe, expect, it } from 'vitest';
import type { Variant } from '../conformance/variant.js';
import { CrashMatrix } from './crash-matrix.js';
import { expectNothingWrong } from './expect-nothing-wrong.js';
import { poison } from './poison.js';
import { POOLS } from './points.js';
import { Chance, LONG, ONLY, SEED } from './seed.js';
import { Stage } from './stage.js';
import { tryVictim } from './trial.js';
import { pointsOfRows, rowsByPool } from './table.js';
import { victims } from './victims.js';

const LONGEST_RUN = LONG ? 1_200_000 : 400_000;
/** Of two brokers. */
const KILLS_WANTED = LONG ? 150 : 0;

/** Nothing is lost, nobody pays for another, and everything ends as the table says, wherever processes die. */
export function crashes(broker: Variant['broker']): void {
  const matrix = new CrashMatrix();
  const duplicates: Record<string, number> = {};
  let calls = 0;

  const rows = rowsByPool(broker, new Chance(SEED));

  describe.concurrent(`wherever worker processes on ${broker} die (CELERIAC_SEED=${SEED})`, () => {
    const chosen = POOLS.map(
      (pool) => [pool, victims(pool, rows[pool], new Chance(SEED, `${broker} ${pool}`))] as const,
    );
    it.for(chosen.filter(([, some]) => some.length > 0))(
      'in the pool "%s"',
      { timeout: LONGEST_RUN },
      async ([pool, all]) => {
        const chance = new Chance(SEED, `${broker} ${pool}`);
        const stage = await Stage.set(broker, pool);
        try {
          // What goes wrong once is not made clearer by what follows.
          for (const victim of all) {
            if (!(await tryVictim(stage, victim, chance))) break;
          }
          const verdict = await stage.verdict();
          matrix.add(pool, stage.ledger.entries());
          calls += stage.expectations.size;
          for (const [cause, count] of Object.entries(verdict.duplicates))
            duplicates[cause] = (duplicates[cause] ?? 0) + count;
          expectNothingWrong(verdict, stage);
        } finally {
          await stage.clear();
        }
      },
    );
  });

  if (!ONLY || ONLY.test('poison')) poison(broker, matrix);

  afterAll(() => {
    const causes = Object.entries(duplicates).map(([cause, count]) => `${cause} ${count}`);
    process.stdout.write(
      `\nKills on ${broker} by point and pool (CELERIAC_SEED=${SEED})\n\n${matrix.toString()}\n\n` +
        `${matrix.total} kills, ${calls} calls; runs beyond the first, by cause: ${causes.join(', ')}\n\n`,
    );
    if (ONLY) return;
    expect(matrix.missing(pointsOfRows(rows))).toEqual([]);
    expect(matrix.total).toBeGreaterThanOrEqual(KILLS_WANTED);
  });
}
