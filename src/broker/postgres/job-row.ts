import type { StoredJob } from '../../tasks/broker-port.js';
import { jobState } from '../bullmq/stored-job.js';

/** A job as it lies in BullMQ's table. pg gives bigint as text. */
export interface JobRow {
  readonly name: string;
  readonly data: unknown;
  readonly state: string;
  readonly attempts_made: number;
  readonly stalled_count: number;
  readonly progress: unknown;
  readonly return_value: unknown;
  readonly failed_reason: string | null;
  readonly stack: string | null;
  readonly added_at_ms: string;
  readonly processed_at_ms: string | null;
  readonly finished_at_ms: string | null;
  readonly process_at_ms: string | null;
}

/** The same in the words of the port. */
export function storedJob(id: string, row: JobRow): StoredJob {
  const time = (milliseconds: string | null) => (milliseconds === null ? undefined : Number(milliseconds));
  return {
    id,
    name: row.name,
    data: row.data,
    state: jobState(row.state) ?? 'waiting',
    attemptsMade: row.attempts_made,
    losses: row.stalled_count,
    progress: row.progress ?? undefined,
    returnValue: row.return_value ?? undefined,
    failedReason: row.failed_reason ?? undefined,
    stack: row.stack ?? undefined,
    enqueuedAt: Number(row.added_at_ms),
    startedAt: time(row.processed_at_ms),
    finishedAt: time(row.finished_at_ms),
    dueAt: time(row.process_at_ms),
  };
}
