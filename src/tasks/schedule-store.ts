import type { NewJob } from './broker-port.js';

/*
 * Where schedules are kept, and what makes one of their slots happen once: a record changes only from the revision that
 * was read, and the call of a slot is stored together with that change, or not at all. What is due is the store's to say,
 * in its own time; nobody asks what a process takes the time to be.
 */

/** A schedule as the store holds it. */
export interface StoredSchedule {
  readonly id: string;
  /** Counts its changes, from 1. */
  readonly revision: number;
  /** Plain JSON; the store does not read it. */
  readonly record: unknown;
}

/** A change of one schedule. */
export interface ScheduleChange {
  readonly id: string;
  /** The revision it is a change of; 0: it is not there yet. */
  readonly revision: number;
  readonly record: object;
  /** Where its calls go. Only processes that declare that queue know how they are stored. */
  readonly queue: string;
  /** When somebody must look at it next, in ms; null: not until it is changed. */
  readonly due: number | null;
}

/** Schedules that were due. */
export interface TakenSchedules {
  readonly taken: readonly StoredSchedule[];
  /** The store's time, in ms. */
  readonly now: number;
  /** Milliseconds until the next one of these queues is due; undefined: there is none. */
  readonly next: number | undefined;
}

export interface ScheduleStore {
  /** All of them, and the store's time. */
  all(): Promise<{ readonly schedules: readonly StoredSchedule[]; readonly now: number }>;
  /** One of them, and the store's time. */
  get(id: string): Promise<{ readonly schedule: StoredSchedule | undefined; readonly now: number }>;
  /**
   * Takes schedules of these queues that are due: for so many ms nobody else is given them, unless they are changed. Who dies meanwhile
   * leaves them to others after that time.
   */
  take(queues: readonly string[], lease: number, most: number): Promise<TakenSchedules>;
  /** False: it was changed meanwhile, and nothing was done. */
  change(change: ScheduleChange): Promise<boolean>;
  /**
   * Changes it and stores a call: both, or neither.
   *
   * @returns the id that is stored, as `enqueue` gives it; undefined: it was changed meanwhile, and nothing was done
   */
  fire(change: ScheduleChange, job: NewJob): Promise<string | undefined>;
  /** False: it was changed meanwhile, or is not there. */
  remove(id: string, revision: number): Promise<boolean>;
}
