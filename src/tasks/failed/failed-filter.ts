import type { StoredJob } from '../broker-port.js';
import { decodeReason } from '../envelope/stored-outcome.js';

/** Which failed calls are meant; what is left out is not asked about. @publicApi */
export interface FailedFilter {
  queue?: string;
  /** Name of the task. */
  task?: string;
  state?: 'failed' | 'quarantined';
  /** Class name of the error it failed with. */
  error?: string;
  /** Ended at this moment or later. */
  since?: Date;
  /** Ended before this moment. */
  before?: Date;
}

export function matches(job: StoredJob, { task, state, error, since, before }: FailedFilter): boolean {
  const reason = decodeReason(job.failedReason ?? '');
  const endedAt = job.finishedAt ?? 0;
  return (
    (task === undefined || job.name === task) &&
    (state === undefined || (reason.kind === 'quarantined') === (state === 'quarantined')) &&
    (error === undefined || (reason.kind === 'error' && reason.name === error)) &&
    (since === undefined || endedAt >= since.getTime()) &&
    (before === undefined || endedAt < before.getTime())
  );
}
