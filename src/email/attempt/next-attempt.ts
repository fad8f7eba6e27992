import type { Patience } from '../smtp/patience.js';
import { attemptDelay, SEND_POLICY } from '../send-policy.js';

const MINUTE = 60_000;
/** RFC 6647 §2: greylisting takes from one to some minutes; a retry before that starts it anew. */
const GREYLISTED = 5 * MINUTE;
const LONGEST_GREYLISTED = 4 * 60 * MINUTE;
/** For the owner of a full mailbox to come. */
const SOFT = 60 * MINUTE;

/**
 * Milliseconds before the next attempt; null: this was the last.
 *
 * @param retries so far
 * @param lot from 0 to 1: attempts spread, but never come before the time that the server named
 */
export function nextAttempt({ kind, hint }: Patience, retries: number, lot: number): number | null {
  if (retries >= SEND_POLICY.maxRetries) return null;
  if (hint !== null) return Math.round(hint * (1 + lot / 10)) + 1_000;
  switch (kind) {
    case 'transient':
      return attemptDelay(retries, lot);
    case 'greylisted':
      return Math.round(Math.min(GREYLISTED * 2 ** retries, LONGEST_GREYLISTED) * (1 + lot / 10));
    case 'soft':
      return Math.round(SOFT * (1 + lot / 10));
  }
}
