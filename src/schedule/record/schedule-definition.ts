import type { When } from '../slots/index.js';

/**
 * What becomes of slots that nobody was there for. Hangfire: Ignorable, Relaxed, Strict. `skip`: nothing; `one`: one run
 * makes up for all of them; `all`: each has its run.
 */
export type MisfirePolicy = 'skip' | 'one' | 'all';

/**
 * What becomes of a slot while the run before it has not ended. `allow`: they run beside each other; `skip`: it has none;
 * `queue`: it waits for the end of the other.
 */
export type OverlapPolicy = 'allow' | 'skip' | 'queue';

/** What a schedule does, and when, as it is stored. Times are milliseconds. */
export interface ScheduleDefinition {
  readonly task: string;
  readonly queue: string;
  readonly args: readonly unknown[];
  readonly when: When;
  readonly misfire: MisfirePolicy;
  /** A slot that is so much too late is missed; null: see {@link graceOf}. */
  readonly misfireAfter: number | null;
  readonly overlap: OverlapPolicy;
  /** Slots are put off by up to so much, each by its own. */
  readonly jitter: number;
  readonly startsAt: number | null;
  readonly endsAt: number | null;
  /** Runs in all. */
  readonly limit: number | null;
  /** A run that has not begun by then does not begin; null: however late. */
  readonly expires: number | null;
  readonly priority: 'high' | 'normal' | 'low' | null;
}

/** How a schedule behaves of which nothing is said. */
export const DEFAULT_BEHAVIOUR: Omit<ScheduleDefinition, 'task' | 'queue' | 'when'> = {
  args: [],
  misfire: 'one',
  misfireAfter: null,
  overlap: 'allow',
  jitter: 0,
  startsAt: null,
  endsAt: null,
  limit: null,
  expires: null,
  priority: null,
};
