import type { SendOutcome, Verdict } from '../outbox/send-outcome.js';
import { attemptDelay, SEND_POLICY } from '../send-policy.js';

/** A trouble that may pass: the message waits for the next attempt, or fails if this was the last. */
export function deferOrFail(reason: string, verdicts: readonly Verdict[], retries: number): SendOutcome {
  if (retries >= SEND_POLICY.maxRetries) {
    return { status: 'failed', reason: `given up after ${retries + 1} attempts: ${reason}`, verdicts };
  }
  return { status: 'deferred', reason, verdicts, delay: attemptDelay(retries, Math.random()) };
}
