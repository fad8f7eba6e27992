import { type Point, type Pool, POOLS, pointsOf } from './points.js';
import type { Variant } from '../conformance/variant.js';
import type { Row } from './row.js';
import { CHILD_DEATHS } from './rows/child-deaths.js';
import { OUT_OF_STEP } from './rows/out-of-step.js';
import { PROCESS_DEATHS } from './rows/process-deaths.js';
import { SHUTDOWNS_IN_TIME } from './rows/shutdowns.js';
import { type Chance, LONG, ONLY } from './seed.js';

export const TABLE: readonly Row[] = [
  ...PROCESS_DEATHS,
  ...CHILD_DEATHS,
  ...OUT_OF_STEP,
  ...SHUTDOWNS_IN_TIME,
];

export type RowsByPool = Readonly<Record<Pool, readonly Row[]>>;

/**
 * What is tried in each pool on a broker: everything, or in the short run its share of what is enough for every point of
 * every pool, and every row once. The same chance gives both brokers the same plan to share.
 */
export function rowsByPool(broker: Variant['broker'], chance: Chance): RowsByPool {
  const all = byPool((pool) => TABLE.filter(({ pools }) => pools.includes(pool)));
  return LONG || ONLY ? all : shareOf(broker, shortened(all, chance), chance);
}

function shareOf(broker: Variant['broker'], plan: RowsByPool, chance: Chance): RowsByPool {
  const parity = (chance.below(2) + (broker === 'redis' ? 0 : 1)) % 2;
  return byPool((pool) => plan[pool].filter((_, place) => place % 2 === parity));
}

function shortened(all: RowsByPool, chance: Chance): RowsByPool {
  const chosen = byPool((pool) => {
    const missing = new Set(pointsOf(pool));
    return chance.shuffled(all[pool]).filter((row) => {
      const useful = pointsStruck(row, pool).some((point) => missing.has(point));
      for (const point of pointsStruck(row, pool)) missing.delete(point);
      return useful;
    });
  });
  for (const row of TABLE) {
    if (POOLS.some((pool) => chosen[pool].includes(row))) continue;
    chosen[chance.pick(row.pools)].push(row);
  }
  return chosen;
}

function pointsStruck(row: Row, pool: Pool): Point[] {
  const inChild = pool === 'prefork' || row.isolated;
  const [weapon] = row.weapons;
  if (!weapon) return [];
  return row.strikes(weapon).map(({ at }) => (at === 'code' && inChild ? 'child: code' : at));
}

/** The points at which a plan has processes struck. */
export const pointsOfRows = (rows: RowsByPool): Readonly<Record<Pool, ReadonlySet<Point>>> =>
  byPool((pool) => new Set(rows[pool].flatMap((row) => pointsStruck(row, pool))));

const byPool = <T>(choose: (pool: Pool) => T): Record<Pool, T> => ({
  async: choose('async'),
  'async, no app': choose('async, no app'),
  prefork: choose('prefork'),
});
