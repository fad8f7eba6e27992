import type { BenchRecord } from './record.js';
import { type SideName, SIDES } from './round/index.js';
import { type Spread, spread } from './statistics.js';
import { type Bound, type Target, TARGETS } from './targets.js';

/** One figure of a record, both sides, over all runs. */
export interface Comparison {
  readonly target: Target;
  readonly bound: Bound | undefined;
  /** Who the peer is. */
  readonly against: SideName;
  readonly peer: Spread;
  readonly subject: Spread;
  /** Of the two sides of each run, so that what slowed both cancels out: their ratio, or their difference. */
  readonly result: Spread;
  /** Undefined: it has no bound. */
  readonly met: boolean | undefined;
}

export function compareSides(record: BenchRecord): Comparison[] {
  return TARGETS.flatMap((target) => compare(target, record) ?? []);
}

function compare(target: Target, { broker, runs }: BenchRecord): Comparison | undefined {
  const measured = runs.filter(({ scenario }) => target.matches(scenario));
  const [first] = measured;
  if (!first) return undefined;
  const [against, held] = SIDES[first.scenario.kind];
  const pairs = measured
    .map(({ figures }) => ({
      peer: target.read(figures[against] ?? {}),
      subject: target.read(figures[held] ?? {}),
    }))
    .filter(
      (pair): pair is { peer: number; subject: number } =>
        pair.peer !== undefined && pair.subject !== undefined,
    );
  if (pairs.length === 0) return undefined;
  const result = spread(
    pairs.map(({ peer, subject }) => (target.compared === 'difference' ? subject - peer : subject / peer)),
  );
  const bound = target.bound(broker);
  return {
    target,
    bound,
    against,
    peer: spread(pairs.map(({ peer }) => peer)),
    subject: spread(pairs.map(({ subject }) => subject)),
    result,
    met: bound && keeps(bound, result.median),
  };
}

const keeps = (bound: Bound, value: number): boolean =>
  'least' in bound ? value >= bound.least : value <= bound.most;
