import { encodeError } from '../../tasks/encoder/error-record.js';
import { SoftTimeLimitExceeded, TimeLimitExceeded, WorkerLostError } from '../../tasks/index.js';

/** What failures are told apart by: the class of their error, or what the worker did. */
export function failureKind(error: unknown): string {
  if (error instanceof SoftTimeLimitExceeded) return 'soft time limit';
  if (error instanceof TimeLimitExceeded) return 'time limit';
  if (error instanceof WorkerLostError) return 'worker lost';
  return encodeError(error).name;
}

/** Events with the same one are one issue: never the message, which differs from call to call. */
export const fingerprint = (kind: string, of: string): string[] => ['celeriac', kind, of];
