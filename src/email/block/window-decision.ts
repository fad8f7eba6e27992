import type { RecipientVerdict } from '../message/email-status.js';

/** How many messages a recipient got within the window before this one. */
export interface WindowCount {
  /** Not blocked, for certain. */
  readonly passed: number;
  /** Not sent yet; the limit may still block them. */
  readonly undecided: number;
}

/** What the counts alone can tell; `unclear` needs {@link replayWindow}. */
export function decideByCount(count: WindowCount, limit: number): 'within' | 'above' | 'unclear' {
  if (count.passed >= limit) return 'above';
  return count.passed + count.undecided < limit ? 'within' : 'unclear';
}

/** An earlier message of the recipient; `at` in any unit, as long as it is the window's. */
export interface EarlierMessage {
  readonly at: number;
  readonly verdict: RecipientVerdict | null;
}

/**
 * Decides the earlier messages in their order, then this one: the verdict is the one it would have got had
 * everything been sent at once, whatever has been sent by now and in whichever order.
 *
 * @param earlier in the order of acceptance, and complete for `window` before the oldest undecided one
 * @returns whether the message accepted at `at` is above the limit
 */
export function replayWindow(
  earlier: readonly EarlierMessage[],
  at: number,
  limit: number,
  window: number,
): boolean {
  const passed: number[] = [];
  const isAbove = (moment: number) => {
    const nth = passed.at(-limit);
    return nth !== undefined && nth > moment - window;
  };
  for (const message of earlier) {
    if (message.verdict === 'blocked') continue;
    if (message.verdict !== null || !isAbove(message.at)) passed.push(message.at);
  }
  return isAbove(at);
}
