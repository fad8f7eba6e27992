import type { Entry } from './ledger.js';
import { type Point, POINTS, type Pool, POOLS, pointsOf, type Weapon, WEAPONS } from './points.js';

/** How often processes were struck, by point, pool and weapon. */
export class CrashMatrix {
  private readonly strikes: { readonly pool: Pool; readonly point: Point; readonly weapon: Weapon }[] = [];

  add(pool: Pool, entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.what === 'strike') this.strikes.push({ pool, point: entry.point, weapon: entry.weapon });
    }
  }

  get total(): number {
    return this.strikes.length;
  }

  /** Points of a pool at which something was to be struck, and nothing was. */
  missing(wanted: Readonly<Record<Pool, ReadonlySet<Point>>>): string[] {
    return POOLS.flatMap((pool) =>
      [...wanted[pool]]
        .filter((point) => this.count(pool, (strike) => strike.point === point) === 0)
        .map((point) => `${point} × ${pool}`),
    );
  }

  toString(): string {
    const row = (name: string, cells: readonly unknown[]) =>
      `${name.padEnd(24)}${cells.map((cell) => String(cell).padStart(16)).join('')}`;
    return [
      row('', POOLS),
      ...POINTS.map((point) =>
        row(
          point,
          POOLS.map((pool) =>
            pointsOf(pool).includes(point) ? this.count(pool, (strike) => strike.point === point) : '–',
          ),
        ),
      ),
      '',
      ...WEAPONS.map((weapon) =>
        row(
          weapon,
          POOLS.map((pool) => this.count(pool, (strike) => strike.weapon === weapon)),
        ),
      ),
      '',
      row(
        'all',
        POOLS.map((pool) => this.count(pool, () => true)),
      ),
    ].join('\n');
  }

  private count(pool: Pool, which: (strike: { point: Point; weapon: Weapon }) => boolean): number {
    return this.strikes.filter((strike) => strike.pool === pool && which(strike)).length;
  }
}
