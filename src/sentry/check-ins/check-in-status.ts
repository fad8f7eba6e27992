import type { TaskOutcome } from '../../tasks/index.js';

const STATUSES: Partial<Record<TaskOutcome, 'ok' | 'error'>> = {
  succeeded: 'ok',
  ignored: 'ok',
  failed: 'error',
  quarantined: 'error',
  // It has not done its work.
  expired: 'error',
  revoked: 'error',
};

/** What a run has come to; undefined: it is not over, and a retry is no failure. */
export const checkInStatus = (outcome: TaskOutcome): 'ok' | 'error' | undefined => STATUSES[outcome];
