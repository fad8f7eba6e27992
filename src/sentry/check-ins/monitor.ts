import { createHash } from 'node:crypto';

/** A schedule, as far as Sentry has to know of it. */
export interface MonitoredSchedule {
  /** The same for as long as it is the same schedule: the monitor is found by it. */
  readonly id: string;
  /** A cron expression of five fields and where its clock is, or milliseconds. */
  readonly when: { readonly cron: string; readonly timezone?: string } | { readonly every: number };
  /** Milliseconds after which a run that has not ended counts as failed. Defaults to Sentry's half an hour. */
  readonly maxRuntime?: number;
}

/** What Sentry is told of a schedule, with the first sign of each run. */
export interface Monitor {
  readonly slug: string;
  readonly config: {
    readonly schedule:
      | { readonly type: 'crontab'; readonly value: string }
      | { readonly type: 'interval'; readonly value: number; readonly unit: 'day' | 'hour' | 'minute' };
    readonly checkinMargin: number;
    readonly maxRuntime?: number;
    readonly timezone?: string;
  };
}

const MINUTE = 60_000;
const UNITS = [
  ['day', 24 * 60 * MINUTE],
  ['hour', 60 * MINUTE],
  ['minute', MINUTE],
] as const;

/** Minutes. With less, a run that begins at the edge of its minute is reported as missed. */
const MARGIN = 2;
const LONGEST_SLUG = 50;

/** The monitor of a schedule, or why it can have none. */
export function monitorOf({
  id,
  when,
  maxRuntime,
}: MonitoredSchedule): Monitor | { readonly problem: string } {
  const schedule = 'cron' in when ? crontab(when.cron) : interval(when.every);
  if ('problem' in schedule) return schedule;
  const timezone = 'cron' in when ? when.timezone : undefined;
  return {
    slug: slugOf(id),
    config: {
      schedule,
      checkinMargin: MARGIN,
      ...(maxRuntime !== undefined && { maxRuntime: Math.max(1, Math.ceil(maxRuntime / MINUTE)) }),
      ...(timezone !== undefined && { timezone }),
    },
  };
}

type Schedule = Monitor['config']['schedule'] | { readonly problem: string };

function crontab(expression: string): Schedule {
  const fields = expression.trim().split(/\s+/);
  if (fields.length === 6) return { problem: 'it runs by the second, and Sentry knows minutes' };
  return { type: 'crontab', value: fields.join(' ') };
}

function interval(milliseconds: number): Schedule {
  const unit = UNITS.find(([, length]) => milliseconds > 0 && milliseconds % length === 0);
  if (!unit) return { problem: 'it does not run every so many minutes, and Sentry knows nothing finer' };
  return { type: 'interval', value: milliseconds / unit[1], unit: unit[0] };
}

/** Sentry takes small letters, digits, `_` and `-`. One that had to be changed keeps apart from those like it. */
export function slugOf(id: string): string {
  if (/^[a-z0-9_-]{1,50}$/.test(id)) return id;
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 8);
  const readable = id.toLowerCase().replace(/[^a-z0-9_-]+/g, '-');
  return `${readable.slice(0, LONGEST_SLUG - hash.length - 1)}-${hash}`;
}
