import type { Delivery } from '../../tasks/broker-port.js';
import type { Envelope } from '../../tasks/envelope/envelope.js';
import type { TaskPolicy } from '../../tasks/options/task-policy.js';
import type { Passage } from '../../limits/index.js';
import type { RunnableTask } from '../invoke/runnable-task.js';
import type { Outcome } from './outcome.js';

/** A delivery on its way through the stages; each adds what it found out. */
export interface Arrival {
  readonly delivery: Delivery;
  /** The store's time when it arrived. */
  readonly now: number;
  envelope?: Envelope;
  task?: RunnableTask;
  /** The task's policy with the overrides of this call. */
  policy?: TaskPolicy;
  /** Its last delivery died with its process. */
  suspect?: boolean;
  /** Its limits have let it pass; what it holds is given back when it has ended. */
  passage?: Passage;
}

/** Ends a delivery, or lets it pass by giving nothing. One that must ask the broker gives a promise. */
export type Stage = (arrival: Arrival) => Outcome | undefined | Promise<Outcome | undefined>;
