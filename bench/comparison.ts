import type { BenchRecord } from './record.js';
import { median, type Spread, spread } from './statistics.js';
import { type Target, TARGETS } from './targets.js';

/** One figure of a record, both sides, over all runs. */
export interface Comparison {
  readonly target: Target;
  readonly bound: ReturnType<Target['bound']>;
  readonly bare: Spread;
  readonly celeriac: Spread;
  /** Of the two sides of each run, so that what slowed both cancels out. */
  readonly ratio: Spread;
  readonly met: boolean;
}

export function compareSides({ broker, runs }: BenchRecord): Comparison[] {
  return TARGETS.flatMap((target) => {
    const pairs = runs
      .filter(({ scenario }) => target.matches(scenario))
      .map(({ figures }) => ({
        bare: target.read(figures.bare ?? {}),
        celeriac: target.read(figures.celeriac ?? {}),
      }))
      .filter(
        (pair): pair is { bare: number; celeriac: number } =>
          pair.bare !== undefined && pair.celeriac !== undefined,
      );
    if (pairs.length === 0) return [];
    const ratios = pairs.map(({ bare, celeriac }) => celeriac / bare);
    const bound = target.bound(broker);
    const met = 'least' in bound ? median(ratios) >= bound.least : median(ratios) <= bound.most;
    return {
      target,
      bound,
      bare: spread(pairs.map(({ bare }) => bare)),
      celeriac: spread(pairs.map(({ celeriac }) => celeriac)),
      ratio: spread(ratios),
      met,
    };
  });
}
