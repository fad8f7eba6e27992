import { formatDuration } from '../../tasks/duration.js';
import type { HealthReport } from '../../tasks/health/health-source.js';

/** What the outbox looks like. */
export interface OutboxState {
  /** Milliseconds for which the oldest message has been due. */
  readonly oldest: number;
  /** Messages whose worker has vanished, and that nobody has seen to. */
  readonly leases: number;
  readonly unknown: number;
}

const DEGRADED_AFTER = 300_000;
const DOWN_AFTER = 1_800_000;

/** Whether messages go out. @param breakers those that are not closed */
export function judgeOutbox({ oldest, leases }: OutboxState, breakers: readonly string[]): HealthReport {
  const data = { oldest: Math.round(oldest), leases, breakers };
  if (leases > 0)
    return {
      status: 'down',
      message: `${leases} messages have lost their workers, and no sweep sees to them`,
      data,
    };
  if (oldest < DEGRADED_AFTER) {
    if (breakers.length === 0) return { status: 'up', data };
    return { status: 'degraded', message: `messages wait: the breaker ${breakers.join(', ')} is open`, data };
  }
  const message = `a message has been due for ${formatDuration(Math.round(oldest / 60_000) * 60_000)}`;
  return { status: oldest < DOWN_AFTER ? 'degraded' : 'down', message, data };
}

/** Whether messages wait for somebody to decide whether they have arrived. */
export function judgeUndecided({ unknown }: OutboxState): HealthReport {
  const data = { unknown };
  if (unknown === 0) return { status: 'up', data };
  const messages = unknown === 1 ? '1 message' : `${unknown} messages`;
  return { status: 'degraded', message: `of ${messages} nobody knows whether they have arrived`, data };
}
