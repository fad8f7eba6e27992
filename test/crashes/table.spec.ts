import { describe, expect, it } from 'vitest';
import { POOLS, pointsOf } from './points.js';
import { Chance, LONG } from './seed.js';
import { pointsOfRows, rowsByPool, TABLE } from './table.js';

describe('the plan of crashes', () => {
  it.each([1, 2, 3, 4, 5])('strikes every point of every pool, and tries every row (seed %i)', (seed) => {
    const plans = (['redis', 'postgres'] as const).map((broker) => rowsByPool(broker, new Chance(seed)));
    for (const pool of POOLS) {
      const struck = new Set(plans.flatMap((plan) => [...pointsOfRows(plan)[pool]]));
      expect([pool, [...struck].toSorted()]).toEqual([pool, pointsOf(pool).toSorted()]);
    }
    const tried = plans.flatMap((plan) => POOLS.flatMap((pool) => plan[pool]));
    expect(new Set(tried).size).toBe(TABLE.length);
  });

  it('is shared: no broker tries in a pool what the other does, but in the long run', () => {
    const [redis, postgres] = (['redis', 'postgres'] as const).map((broker) =>
      rowsByPool(broker, new Chance(1)),
    );
    for (const pool of POOLS) {
      expect(redis?.[pool].length).toBeGreaterThan(0);
      expect(redis?.[pool].some((row) => postgres?.[pool].includes(row))).toBe(LONG);
    }
  });
});
