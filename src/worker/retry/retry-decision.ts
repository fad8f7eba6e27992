import { Retry } from '../../tasks/errors/control-flow.errors.js';
import { CallRefusedError, TimeLimitExceeded, WorkerLostError } from '../../tasks/errors/delivery.errors.js';
import { InvalidArgumentsError } from '../../tasks/errors/enqueue.errors.js';
import type { ErrorClass } from '../../tasks/options/task-options.js';
import type { TaskPolicy } from '../../tasks/options/task-policy.js';
import { retryDelay } from './retry-delay.js';

/** Trying again would give the same, or is what the task asked not to do. */
const NEVER_RETRIED = [CallRefusedError, InvalidArgumentsError, WorkerLostError];

/** What becomes of an attempt that failed. `error` is the one to report. */
export type RetryDecision =
  | { readonly retry: true; readonly delay: number; readonly error: unknown }
  | { readonly retry: false; readonly error: unknown };

/**
 * Decides whether a failed attempt runs again, and when.
 *
 * @param retries retries spent so far
 * @param random from 0 to below 1, for the jitter
 */
export function decideRetry(
  thrown: unknown,
  policy: TaskPolicy,
  retries: number,
  random: number,
): RetryDecision {
  const error = thrown instanceof Retry ? (thrown.cause ?? thrown) : thrown;
  const left = policy.maxRetries === null || retries < policy.maxRetries;
  if (!left) return { retry: false, error };
  if (thrown instanceof Retry) {
    return { retry: true, delay: thrown.delay ?? retryDelay(policy, retries, random), error };
  }
  return isRetried(error, policy)
    ? { retry: true, delay: retryDelay(policy, retries, random), error }
    : { retry: false, error };
}

function isRetried(error: unknown, policy: TaskPolicy): boolean {
  if (NEVER_RETRIED.some((never) => error instanceof never)) return false;
  if (policy.dontAutoretryFor.some((refused) => isOf(error, refused))) return false;
  // Its code may still be running beside the retry, so it takes more than [Error] to ask for that.
  if (error instanceof TimeLimitExceeded && error.abandoned)
    return policy.autoretryFor.includes(TimeLimitExceeded as ErrorClass);
  return policy.autoretryFor.some((retried) => isOf(error, retried));
}

/** A thrown value that is no Error at all counts as an Error. */
function isOf(error: unknown, type: ErrorClass): boolean {
  return error instanceof type || (type === Error && !(error instanceof Error));
}
