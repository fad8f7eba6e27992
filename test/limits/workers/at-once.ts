/** From when to when something was held, in ms. */
export interface Stay {
  readonly from: number;
  readonly to: number;
}

/** The most that were held at any one time. One that ends when another begins is no longer there. */
export function mostAtOnce(stays: readonly Stay[]): number {
  const changes = stays
    .flatMap(({ from, to }) => [
      { at: from, by: 1 },
      { at: to, by: -1 },
    ])
    .toSorted((a, b) => a.at - b.at || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of changes) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
