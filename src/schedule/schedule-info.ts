import type { TaskStateName } from '../tasks/index.js';
import type { MisfirePolicy, OverlapPolicy } from './record/schedule-definition.js';
import type { ScheduleRecord, SlotSpan } from './record/schedule-record.js';
import { nextSlots } from './record/upcoming.js';
import { inWords, type When } from './slots/index.js';

/** Slots shown ahead. */
const SHOWN = 5;

/**
 * `active`; `paused` by somebody; `suspended`: no living process declares it, and it is about to be removed; `over`: it has
 * no further slot, or had all its runs.
 *
 * @publicApi
 */
export type ScheduleState = 'active' | 'paused' | 'suspended' | 'over';

/** A schedule, to look at. @publicApi */
export interface ScheduleInfo {
  readonly id: string;
  readonly task: string;
  /** Undefined: the package does it by itself, in no queue. */
  readonly queue: string | undefined;
  readonly args: readonly unknown[];
  /** A cron expression, `every 10m`, or a time. */
  readonly expression: string;
  /** The same in words. */
  readonly words: string;
  /** Of a cron expression. */
  readonly tz: string | undefined;
  /** Who says what it is: the code, a call of {@link Schedules}, or this package. */
  readonly owner: 'code' | 'run time' | 'package';
  readonly state: ScheduleState;
  readonly misfire: MisfirePolicy;
  readonly overlap: OverlapPolicy;
  /** Its last run, if it had one. `slot`: undefined for one that somebody asked for. */
  readonly last: ScheduleLastRun | undefined;
  /** Up to five slots to come. */
  readonly next: readonly Date[];
  /** Slots it missed last, because no process was there. */
  readonly missed: ScheduleSpan | undefined;
  /** Slots it left out last, because the run before them had not ended. */
  readonly skipped: ScheduleSpan | undefined;
  /** Milliseconds for which a slot has been due that nobody has fired; 0: there is none. */
  readonly late: number;
}

/** @publicApi */
export interface ScheduleLastRun {
  readonly slot: Date | undefined;
  readonly at: Date;
  /** Id of its call; undefined: the package does it by itself. */
  readonly call: string | undefined;
  /** What has become of it; `forgotten`: its call is no longer kept. */
  readonly outcome: TaskStateName | 'forgotten';
}

/** Slots from the first to the last. @publicApi */
export interface ScheduleSpan {
  readonly from: Date;
  readonly to: Date;
}

export function scheduleInfo(
  id: string,
  record: ScheduleRecord,
  outcome: TaskStateName | 'forgotten' | undefined,
  now: number,
): ScheduleInfo {
  const { definition, last } = record;
  const { task, queue, args, when, misfire, overlap } = definition;
  const state = stateOf(record);
  return {
    id,
    task,
    queue,
    args,
    expression: expressionOf(when),
    words: inWords(when),
    tz: 'cron' in when ? when.timezone : undefined,
    owner: record.owner,
    state,
    misfire,
    overlap,
    last: last
      ? {
          slot: last.slot === null ? undefined : new Date(last.slot),
          at: new Date(last.at),
          call: last.call,
          outcome: outcome ?? 'forgotten',
        }
      : undefined,
    next: state === 'active' ? nextSlots(record, SHOWN).map((slot) => new Date(slot)) : [],
    missed: spanOf(record.missed),
    skipped: spanOf(record.skipped),
    late: lateness(record, now),
  };
}

/** Milliseconds for which a slot has been due that nobody has fired. */
export const lateness = ({ due, waiting, overSince }: ScheduleRecord, now: number): number =>
  due === null || waiting || overSince !== null ? 0 : Math.max(0, now - due);

function stateOf({ paused, undeclaredSince, overSince }: ScheduleRecord): ScheduleState {
  if (overSince !== null) return 'over';
  if (paused) return 'paused';
  return undeclaredSince === null ? 'active' : 'suspended';
}

function expressionOf(when: When): string {
  if ('cron' in when) return when.cron;
  return 'every' in when ? inWords(when) : new Date(when.at).toISOString();
}

const spanOf = (span: SlotSpan | null): ScheduleSpan | undefined =>
  span ? { from: new Date(span.from), to: new Date(span.to) } : undefined;
