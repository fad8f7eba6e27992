import { encodeError } from '../../tasks/encoder/error-record.js';
import { encodeErrorReason } from '../../tasks/envelope/stored-outcome.js';
import { WorkerLostError } from '../../tasks/errors/delivery.errors.js';
import type { Outcome } from '../stages/outcome.js';

/** The end of a call whose process died, and which must not run again. */
export function workerLost(task: string, how: string): Outcome {
  const error = new WorkerLostError(task, how);
  const record = encodeError(error);
  const settlement = { kind: 'fail', reason: encodeErrorReason(record), stack: record.stack } as const;
  return { name: 'failed', error, record, reason: record.message, settlement };
}
