/** How a queue is doing, at a glance. */
export interface QueueState {
  readonly waiting: number;
  readonly delayed: number;
  readonly active: number;
  /** Failed and quarantined calls that are kept. */
  readonly failed: number;
  /** Somebody has paused it, with BullMQ's means: no worker takes anything. */
  readonly paused: boolean;
  /**
   * Milliseconds for which the longest waiting call has been due, of those that have never begun; undefined: there is
   * none. Where calls have priorities it is taken from samples of each.
   */
  readonly oldestDue: number | undefined;
  /** Milliseconds for which a delayed call has been due that nobody has made ready; 0: there is none. */
  readonly overdue: number;
  /** Id of the next call. */
  readonly next: string | undefined;
}

/** A waiting call, as far as its age goes. */
export interface WaitingSample {
  /** When it was stored, in the store's time. */
  readonly storedAt: number;
  /** The delay it was stored with, in ms. */
  readonly delay: number;
  /** Deliveries so far. */
  readonly begun: number;
}

/** Of a call that has been delivered before nobody keeps when it was due again. */
export function oldestDue(samples: readonly WaitingSample[], now: number): number | undefined {
  const ages = samples
    .filter(({ begun }) => begun === 0)
    .map(({ storedAt, delay }) => now - storedAt - delay);
  return ages.length === 0 ? undefined : Math.max(0, ...ages);
}
