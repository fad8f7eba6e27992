import type { TaskPolicy } from '../../tasks/options/task-policy.js';

/**
 * Milliseconds until the next attempt: the backoff doubles with each retry up to its cap; full jitter draws evenly
 * from zero to it. Celery: `get_exponential_backoff_interval`.
 *
 * @param retries retries before this one, 0 for the first
 * @param random from 0 to below 1
 */
export function retryDelay(
  policy: Pick<TaskPolicy, 'retryBackoff' | 'retryBackoffMax' | 'retryJitter'>,
  retries: number,
  random: number,
): number {
  const backoff = Math.min(policy.retryBackoffMax, policy.retryBackoff * 2 ** Math.min(retries, 1_000));
  return policy.retryJitter ? Math.floor(random * (backoff + 1)) : backoff;
}
