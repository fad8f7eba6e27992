import type { HealthEvent } from '../tasks/events/task-events.js';
import type { HealthStatus } from '../tasks/health/health-source.js';
import type { Finding } from './finding.js';

/** How something was found to be last, and since when (in ms of any clock that does not jump). */
export interface Standing {
  readonly status: HealthStatus;
  readonly since: number;
}

export type Standings = Readonly<Record<string, Standing>>;

/**
 * What has changed. What is unknown has not: it is as it was until somebody can see it again. What is seen for the first
 * time is compared with what is well.
 */
export function transitions(
  before: Standings,
  findings: readonly Finding[],
  now: number,
): { readonly after: Standings; readonly events: readonly HealthEvent[] } {
  const after: Record<string, Standing> = { ...before };
  const events: HealthEvent[] = [];
  for (const { key, status, message } of findings) {
    if (status === 'unknown') continue;
    const last = before[key] ?? { status: 'up', since: now };
    after[key] = last.status === status ? last : { status, since: now };
    if (last.status === status) continue;
    events.push({
      key,
      from: last.status,
      to: status,
      message: message ?? 'it is well again',
      lasted: Math.round(now - last.since),
    });
  }
  return { after, events };
}
