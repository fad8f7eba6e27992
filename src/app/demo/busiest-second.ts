/** The most that happened within one second, whichever second that was. */
export function busiestSecond(times: readonly number[]): number {
  const ordered = times.toSorted((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [last, time] of ordered.entries()) {
    while (time - (ordered[first] ?? time) >= 1_000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
