/** When something happened: at some time between two, in ms. Where it is known exactly, they are the same. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface RateBound {
  /** Per second. */
  readonly limit: number;
  readonly burst: number;
  /** Milliseconds that every window is longer by. */
  readonly tolerance: number;
  /** Milliseconds; shorter windows are not looked at. */
  readonly shortest: number;
}

export interface Window {
  readonly length: number;
  readonly count: number;
  /** How many more than the bound allows. Not above 0: within it. */
  readonly excess: number;
}

/** Exactly then. */
export const moments = (times: readonly number[]): Span[] => times.map((at) => ({ from: at, to: at }));

/**
 * Of all windows, the one that exceeds the bound most, or comes nearest to it. What happened in a window is what must
 * have happened in it.
 */
export function worstWindow(spans: readonly Span[], bound: RateBound): Window {
  const { limit, burst, tolerance, shortest } = bound;
  let worst: Window = { length: 0, count: 0, excess: -burst };
  for (const { from } of spans) {
    const within = spans.filter((span) => span.from >= from).map(({ to }) => to);
    for (const [index, to] of within.toSorted((a, b) => a - b).entries()) {
      const length = Math.max(shortest, to - from);
      const count = index + 1;
      const excess = count - burst - (limit * (length + tolerance)) / 1_000;
      if (excess > worst.excess) worst = { length, count, excess };
    }
  }
  return worst;
}

/** Per second, from the first to the last of them. */
export function rateOf(times: readonly number[]): number {
  return ((times.length - 1) * 1_000) / (Math.max(...times) - Math.min(...times));
}
