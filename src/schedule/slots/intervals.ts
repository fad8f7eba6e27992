type Interval = { readonly every: number; readonly from: number };

export const nextInterval = (interval: Interval, after: number): number =>
  latestInterval(interval, after) + interval.every;

export function latestInterval({ every, from }: Interval, until: number): number {
  const past = (until - from) % every;
  return until - (past < 0 ? past + every : past);
}
