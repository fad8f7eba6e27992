import { type Point, type Pool, POOLS, pointsOf } from './points.js';
import type { Row } from './row.js';
import { CHILD_DEATHS } from './rows/child-deaths.js';
import { OUT_OF_STEP } from './rows/out-of-step.js';
import { PROCESS_DEATHS } from './rows/process-deaths.js';
import { SHUTDOWNS_IN_TIME } from './rows/shutdowns.js';
import { type Chance, LONG, ONLY } from './seed.js';

const TABLE: readonly Row[] = [...PROCESS_DEATHS, ...CHILD_DEATHS, ...OUT_OF_STEP, ...SHUTDOWNS_IN_TIME];

type RowsByPool = Readonly<Record<Pool, readonly Row[]>>;

/** What is tried in each pool: everything, or in the short run enough for every point of every pool, and every row once. */
export function rowsByPool(chance: Chance): RowsByPool {
  const all = byPool((pool) => TABLE.filter(({ pools }) => pools.includes(pool)));
  return LONG || ONLY ? all : shortened(all, chance);
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

const byPool = (choose: (pool: Pool) => Row[]): Record<Pool, Row[]> => ({
  async: choose('async'),
  'async, no app': choose('async, no app'),
  prefork: choose('prefork'),
});
