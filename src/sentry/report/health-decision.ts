import type { HealthEvent, HealthStatus } from '../../tasks/index.js';

/** How a change is reported. */
export type HealthLevel = 'error' | 'warning' | 'info';

const LEVELS: Partial<Record<HealthStatus, HealthLevel>> = { down: 'error', degraded: 'warning', up: 'info' };

/**
 * What a change of health is worth: once when it becomes worse, or less bad, and once when all is well again.
 *
 * @param told what was reported of it last, by this process
 */
export function decideHealthReport(
  { from, to }: Pick<HealthEvent, 'from' | 'to'>,
  told: HealthStatus | undefined,
): HealthLevel | undefined {
  // What it is seen through is down, and that is reported.
  if (to === 'unknown' || to === told) return undefined;
  const wasBad = isBad(from) || (from === 'unknown' && isBad(told));
  return to === 'up' && !wasBad ? undefined : LEVELS[to];
}

const isBad = (status: HealthStatus | undefined): boolean => status === 'down' || status === 'degraded';
