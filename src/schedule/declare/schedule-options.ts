import type { TaskPriority } from '../../tasks/index.js';
import type { Duration } from '../../tasks/duration.js';
import type { MisfirePolicy, OverlapPolicy } from '../record/schedule-definition.js';

/** Every so often: `'10m'` is at :00, :10, :20 … of UTC, or from `startsAt` on, whenever the application started. @publicApi */
export interface Every {
  readonly every: Duration;
}

/** Once. @publicApi */
export interface At {
  readonly at: Date;
}

/**
 * How a schedule behaves. All times are those of the broker's clock.
 *
 * @publicApi
 */
export interface ScheduleBehaviour {
  /**
   * The time zone of a cron expression, by its IANA name: `'Europe/Berlin'`. A local time that a change of the clock skips
   * happens once, at the end of the gap; one that is repeated happens once, unless the hour is a wildcard. Celery:
   * `timezone`. Defaults to `'UTC'`.
   */
  tz?: string;
  /**
   * What becomes of slots while no process was there to fire them. `one`: one run makes up for all that were missed;
   * `skip`: none; `all`: each has its run. Hangfire: Relaxed, Ignorable, Strict. Defaults to `'one'`.
   */
  misfire?: MisfirePolicy;
  /**
   * A slot that is later than this is missed; before, it is only late, and has its run. Defaults to the time to the
   * schedule's next slot, but at least `'15s'` and at most `'1m'`.
   */
  misfireAfter?: Duration;
  /**
   * What becomes of a slot while the run before it has not ended, its retries included. `allow`: both run; `skip`: it has
   * no run; `queue`: it waits for the end of the other, and what is missed meanwhile is as `misfire` says.
   * Defaults to `'allow'`.
   */
  overlap?: OverlapPolicy;
  /**
   * Puts each slot off by a time of its own, up to this, so that what is scheduled for midnight does not all begin then.
   * Defaults to none.
   */
  jitter?: Duration;
  /** No slot is before this. Defaults to none. */
  startsAt?: Date;
  /** No slot is after this. Defaults to none. */
  endsAt?: Date;
  /** A run that has not begun so long after its slot became a call does not begin. Defaults to none. */
  expires?: Duration;
  /** Needs `priorities: true` on the queue. Defaults to `'normal'`. */
  priority?: TaskPriority;
  /** Another queue than the task's own. */
  queue?: string;
}

/** Options of `@Scheduled`. @publicApi */
export interface ScheduledOptions<
  A extends readonly unknown[] = readonly unknown[],
> extends ScheduleBehaviour {
  /**
   * The same for as long as it is the same schedule: 1 to 100 letters, digits, `.`, `_`, `-`. Needed if a task has several.
   * Defaults to the name of the task.
   */
  id?: string;
  /** What the task is called with. Plain JSON. Defaults to no arguments. */
  with?: A;
}

/** A schedule made at run time. @publicApi */
export interface NewSchedule extends ScheduleBehaviour {
  /** Name of the task. */
  task: string;
  /** A cron expression of five fields, or six with seconds first; `{ every: '10m' }`; `{ at: date }`. */
  when: string | Every | At;
  /** What the task is called with. Plain JSON. Defaults to no arguments. */
  with?: readonly unknown[];
  /** Runs in all; then it is over. Defaults to none. */
  limit?: number;
}
