import { formatSeconds } from '../../tasks/duration.js';
import type { HealthReport } from '../../tasks/health/health-source.js';
import type { QueueState } from '../../tasks/queue-state.js';
import type { QueueLimits } from '../options/resolve-health-options.js';

/** What is known of a queue. */
export interface QueueFacts {
  readonly state: QueueState;
  /** Live workers that take its calls. */
  readonly consumers: number;
  /** Milliseconds for which all of them could have been handed a call, and none was. */
  readonly idleFor: number;
  /** Milliseconds for which its next call has been seen to be the next. */
  readonly nextFor: number;
}

/** Decides how a queue is. */
export function judgeQueue(facts: QueueFacts, limits: QueueLimits): HealthReport {
  const { state, consumers, idleFor } = facts;
  const { waiting, delayed, active, failed } = state;
  const data = { waiting, delayed, active, failed, oldestDue: state.oldestDue ?? 0, consumers };
  const said = (status: HealthReport['status'], message: string): HealthReport => ({ status, message, data });
  // That is the workers' trouble.
  if (consumers === 0) return said('unknown', 'unknown (no worker takes its calls)');
  if (state.paused) return said('down', 'it is paused: no worker takes anything until it is resumed');
  const dueFor = Math.max(state.oldestDue ?? 0, state.overdue, facts.nextFor);
  if (dueFor >= limits.stalledAfter && idleFor >= limits.stalledAfter)
    return said(
      'down',
      `calls have been due for ${formatSeconds(dueFor)}, and no worker has begun any meanwhile`,
    );
  const waited = state.oldestDue ?? 0;
  const late = `a call has been waiting for ${formatSeconds(waited)}`;
  if (waited >= limits.downAfter) return said('down', late);
  if (waited >= limits.degradedAfter) return said('degraded', late);
  if (failed >= limits.maxFailed) return said('degraded', `${failed} calls have failed or are quarantined`);
  return { status: 'up', data };
}
