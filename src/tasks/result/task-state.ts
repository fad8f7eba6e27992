import type { StoredJob } from '../broker-port.js';
import { decodeEnvelope } from '../envelope/envelope.js';
import { expiryReason } from '../envelope/expiry-reason.js';
import {
  decodeReason,
  decodeResult,
  REVOKED_WHILE_RUNNING,
  type StoredReason,
} from '../envelope/stored-outcome.js';

/** @publicApi */
export type TaskStateName =
  | 'queued'
  | 'delayed'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'ignored'
  | 'expired'
  | 'revoked'
  | 'quarantined';

/** States that a call does not leave by itself. */
export const ENDED: ReadonlySet<TaskStateName> = new Set([
  'succeeded',
  'failed',
  'ignored',
  'expired',
  'revoked',
  'quarantined',
]);

/**
 * A call at one moment.
 *
 * @publicApi
 */
export interface TaskState {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly state: TaskStateName;
  /** Why it is delayed, or how it ended. */
  readonly reason: string | undefined;
  /** Deliveries in which the task's code began, the present one included, but for those that spent no retry. */
  readonly attempts: number;
  /** What `task.progress()` stored last. */
  readonly progress: unknown;
  readonly enqueuedAt: Date;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
  /** When a delayed call becomes due. */
  readonly dueAt: Date | undefined;
  /** The task succeeded, but its result could not be stored. */
  readonly resultDropped: boolean;
}

interface Reading {
  state: TaskStateName;
  reason?: string;
  resultDropped?: boolean;
}

/** Reads the state of a stored call. @param now the store's time */
export function readState(job: StoredJob, queue: string, now: number): TaskState {
  const { state, reason, resultDropped = false } = interpret(job, now);
  const date = (time: number | undefined) => (time === undefined ? undefined : new Date(time));
  return {
    id: job.id,
    task: job.name,
    queue,
    state,
    reason,
    attempts: attemptsOf(job, state, reason),
    progress: job.progress,
    enqueuedAt: new Date(job.enqueuedAt),
    startedAt: date(job.startedAt),
    finishedAt: date(job.finishedAt),
    dueAt: state === 'delayed' ? date(job.dueAt) : undefined,
    resultDropped,
  };
}

function interpret(job: StoredJob, now: number): Reading {
  switch (job.state) {
    case 'active':
      return { state: 'running' };
    case 'completed': {
      const result = decodeResult(job.returnValue);
      return result.state === 'succeeded'
        ? {
            state: 'succeeded',
            reason: result.resultDropped,
            resultDropped: result.resultDropped !== undefined,
          }
        : result;
    }
    case 'failed': {
      const stored = decodeReason(job.failedReason ?? '');
      return stored.kind === 'quarantined'
        ? { state: 'quarantined', reason: stored.message }
        : { state: 'failed', reason: job.failedReason };
    }
    default:
      return interpretPending(job, now);
  }
}

function interpretPending(job: StoredJob, now: number): Reading {
  const decoded = decodeEnvelope(job.data);
  const expires = decoded.kind === 'envelope' ? decoded.envelope.options.expires : undefined;
  if (expires !== undefined && expires <= now) {
    return { state: 'expired', reason: expiryReason(expires) };
  }
  const stored = job.failedReason === undefined ? undefined : decodeReason(job.failedReason);
  if (stored?.kind === 'revoked') return { state: 'revoked', reason: stored.message };
  if (job.state === 'waiting') return { state: 'queued' };
  return { state: 'delayed', reason: stored ? delayReason(stored) : 'eta' };
}

function delayReason(stored: StoredReason): string {
  if (stored.kind !== 'error') return `${stored.kind}: ${stored.message}`;
  return `backoff: ${stored.name === undefined ? '' : `${stored.name}: `}${stored.message}`;
}

/** The store counts retried attempts, and finished jobs once more; these never began. */
function attemptsOf(job: StoredJob, state: TaskStateName, reason: string | undefined): number {
  if (state === 'running') return job.attemptsMade + 1;
  const finishedWithoutRunning =
    job.finishedAt !== undefined &&
    (state === 'expired' ||
      state === 'quarantined' ||
      (state === 'revoked' && reason !== REVOKED_WHILE_RUNNING));
  return finishedWithoutRunning ? Math.max(0, job.attemptsMade - 1) : job.attemptsMade;
}
