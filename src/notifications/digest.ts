import { formatSeconds } from '../tasks/duration.js';
import type { HealthEvent } from '../tasks/events/task-events.js';
import type { HealthStatus } from '../tasks/health/health-source.js';
import type { Notice } from './notification-channel.js';

const BADNESS: Record<HealthStatus, number> = { up: 0, unknown: 1, degraded: 2, down: 3 };

/** All that happened to one thing. */
interface Story {
  readonly key: string;
  readonly worst: HealthStatus;
  /** Milliseconds it was not well, as far as it has ended. */
  readonly unwell: number;
  readonly last: HealthEvent;
}

/**
 * One notice of many events: a line for each thing, the worst first, however often it changed.
 *
 * @param dropped events there was no room for
 */
export function digest(events: readonly HealthEvent[], dropped = 0): Notice {
  const stories = tell(events).toSorted(
    (a, b) => BADNESS[b.last.to] - BADNESS[a.last.to] || a.key.localeCompare(b.key),
  );
  const lines = stories.map(line);
  if (dropped > 0) lines.push(`and ${dropped} changes before these, that there was no room for`);
  return { title: title(stories), lines };
}

function tell(events: readonly HealthEvent[]): Story[] {
  const stories = new Map<string, Story>();
  for (const last of events) {
    const { key, from, to, lasted } = last;
    const before = stories.get(key);
    const worst = [before?.worst ?? from, from, to].reduce((a, b) => (BADNESS[b] > BADNESS[a] ? b : a));
    const unwell = (before?.unwell ?? 0) + (from === 'up' ? 0 : lasted);
    stories.set(key, { key, worst, unwell, last });
  }
  return [...stories.values()];
}

function title(stories: readonly Story[]): string {
  const now = (status: HealthStatus) => stories.filter(({ last }) => last.to === status).length;
  const counted = [
    [now('down'), 'down'],
    [now('degraded'), 'degraded'],
    [now('up'), 'up again'],
  ] as const;
  return counted.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : [])).join(', ');
}

function line({ key, worst, unwell, last: { to, message } }: Story): string {
  return to === 'up'
    ? `${key} is up again: it was ${worst} for ${formatSeconds(unwell)}`
    : `${key} is ${to}: ${message}`;
}
