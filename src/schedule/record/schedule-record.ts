import type { ScheduleDefinition } from './schedule-definition.js';

/** A schedule as it is stored: what it is, and how far it has come. Times are the store's, in milliseconds. */
export interface ScheduleRecord {
  readonly v: 1;
  /** Who says what it is: a decorator in the code, or somebody who called {@link Schedules}. */
  readonly owner: 'code' | 'run time';
  readonly definition: ScheduleDefinition;
  /** Slots up to this one have been decided. */
  readonly cursor: number;
  /** When somebody must look at it next; null: not until it is changed. */
  readonly due: number | null;
  readonly paused: boolean;
  /** Since nobody alive declares it. */
  readonly undeclaredSince: number | null;
  /** It has a slot that waits for the end of the run before it. */
  readonly waiting: boolean;
  /** Since it can have no further slot, or run. */
  readonly overSince: number | null;
  /** Runs so far. */
  readonly fired: number;
  readonly last: ScheduleRun | null;
  /** The slots it missed last. */
  readonly missed: SlotSpan | null;
  /** The slots it left out last, because the run before them had not ended. */
  readonly skipped: SlotSpan | null;
}

/** A slot that has become a call. */
export interface ScheduleRun {
  /** Null: somebody had it run. */
  readonly slot: number | null;
  readonly at: number;
  /** Id of the call. */
  readonly call: string;
}

/** Slots from the first to the last. */
export interface SlotSpan {
  readonly from: number;
  readonly to: number;
}

/** A record of a later version is nobody's business here. */
export const readRecord = (stored: unknown): ScheduleRecord | undefined =>
  (stored as Partial<ScheduleRecord> | null)?.v === 1 ? (stored as ScheduleRecord) : undefined;

/** A schedule that is new: its first slot is after now. */
export const newRecord = (
  owner: ScheduleRecord['owner'],
  definition: ScheduleDefinition,
  now: number,
): ScheduleRecord => ({
  v: 1,
  owner,
  definition,
  cursor: now,
  due: null,
  paused: false,
  undeclaredSince: null,
  waiting: false,
  overSince: null,
  fired: 0,
  last: null,
  missed: null,
  skipped: null,
});
