import type { Duration, TaskOptions } from '../tasks/index.js';

/** The name of the task, of its rate limit and of its breaker. */
export const SEND_TASK = 'email.send';

/** How long a message waits when the SMTP server is known to be down; then its breaker decides. */
export const OUTAGE_PAUSE = 5_000;

/** How long the content of a message, the answer to it and writing that down may take, beyond the task's limits. */
export const CONTENT_SHIELD = '21m';

/** Milliseconds for which writing an outcome is tried while the database is away. */
export const SETTLE_PATIENCE = 10_000;
/** The same for a message that was handed over: what is not written down, nobody knows. */
export const SETTLE_PATIENCE_AFTER_CONTENT = 5 * 60_000;

/** How `email.send` is run. The limits are for what comes before the SMTP server has the content. */
export const SEND_POLICY = {
  maxRetries: 5,
  retryBackoff: '2s',
  retryBackoffMax: '10m',
  softTimeLimit: '5m',
  timeLimit: '6m',
  rateLimit: '100/s',
  // Only the server's troubles count, and the task counts them itself: it catches them to write them down.
  breaker: { failures: 3, window: '30s', cooldown: '5s', on: [] },
} as const satisfies TaskOptions;

const FIRST = 2_000;
const LONGEST = 600_000;

/**
 * Milliseconds before the next attempt: 2, 4, 8, … s, of which the second half is drawn by lot. Computed here
 * and not by the worker, so that the row can say when the message is tried again.
 *
 * @param retries so far
 * @param lot from 0 to 1
 */
export function attemptDelay(retries: number, lot: number): number {
  const delay = Math.min(FIRST * 2 ** retries, LONGEST);
  return Math.round(delay / 2 + (delay / 2) * lot);
}

export const milliseconds = (count: number): Duration => `${Math.ceil(count)}ms`;
