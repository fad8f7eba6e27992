import type { Ledger } from '../ledger.js';
import type { Place, TaskChoice } from '../order.js';

/** The queue every side uses. */
export const QUEUE = 'default';

/** Calls stored by one operation, on either side. */
export const CHUNK = 1_000;

/** Calls the task, and does not run it. A call is the number it is known by. */
export interface Caller {
  call(number: number): Promise<unknown>;
  callMany(numbers: readonly number[]): Promise<void>;
  close(): Promise<void>;
}

export interface Running {
  /** Waits for what runs to be settled. */
  close(): Promise<void>;
}

/** A way to run no-op tasks. */
export interface Side {
  caller(place: Place, task: TaskChoice): Promise<Caller>;
  /** Runs calls until it is closed; each is written to the ledger when it runs. */
  worker(place: Place, task: TaskChoice, concurrency: number, ledger: Ledger): Promise<Running>;
  /** The same, each call alone in one of so many child processes. */
  preforkWorker(place: Place, children: number, ledger: Ledger): Promise<Running>;
}
