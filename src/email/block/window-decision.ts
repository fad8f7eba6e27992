/** At most so many in a window; in any unit, as long as it is that of the moments. */
export interface WindowLimit {
  readonly count: number;
  readonly window: number;
}

/** How many messages a recipient got within one window before this one. */
export interface WindowCount {
  /** Not blocked, for certain. */
  readonly passed: number;
  /** Not decided yet; a limit may still block them. */
  readonly undecided: number;
}

/** What the counts alone can tell of each limit; `unclear` needs {@link decideInOrder}. */
export type CountDecision =
  | { readonly kind: 'within' }
  | { readonly kind: 'above'; readonly limit: number }
  | { readonly kind: 'unclear' };

/** @param counts of each limit, in the limits' order */
export function decideByCounts(
  counts: readonly WindowCount[],
  limits: readonly WindowLimit[],
): CountDecision {
  const above = limits.findIndex(({ count }, index) => (counts[index]?.passed ?? 0) >= count);
  if (above >= 0) return { kind: 'above', limit: above };
  const isClear = limits.every(({ count }, index) => {
    const { passed, undecided } = counts[index] ?? { passed: 0, undecided: 0 };
    return passed + undecided < count;
  });
  return isClear ? { kind: 'within' } : { kind: 'unclear' };
}

/** A message of one recipient. */
export interface HistoricMessage {
  readonly id: string;
  readonly at: number;
  /** `exempt`: not decided yet, and no limit holds for it. It counts for others all the same. */
  readonly standing: 'passed' | 'blocked' | 'undecided' | 'exempt';
}

/**
 * Decides the undecided messages of one recipient, in the order in which they were accepted: each is judged by those
 * before it that were not blocked, whatever has been sent by now, and in whichever order.
 *
 * @param history in the order of acceptance, and complete for the longest window before the first undecided one
 * @returns of each message that was undecided, which limit it is above; null: none
 */
export function decideInOrder(
  history: readonly HistoricMessage[],
  limits: readonly WindowLimit[],
): Map<string, number | null> {
  const passed: number[] = [];
  const decided = new Map<string, number | null>();
  for (const { id, at, standing } of history) {
    if (standing === 'blocked') continue;
    if (standing === 'undecided') {
      const above = limits.findIndex(({ count, window }) => {
        const nth = passed.at(-count);
        return nth !== undefined && nth > at - window;
      });
      decided.set(id, above < 0 ? null : above);
      if (above >= 0) continue;
    }
    passed.push(at);
  }
  return decided;
}
