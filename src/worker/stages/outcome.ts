import type { Settlement } from '../../tasks/broker-port.js';
import type { ErrorRecord } from '../../tasks/encoder/error-record.js';
import type { LossEvent } from '../../tasks/events/task-events.js';

/** The word for what happened; the names of task events. */
export type OutcomeName =
  | 'succeeded'
  | 'retried'
  | 'failed'
  | 'ignored'
  | 'snoozed'
  | 'deferred'
  | 'parked'
  | 'expired'
  | 'revoked'
  | 'quarantined'
  | 'lost'
  | 'handed back';

/** What a stage decides about a delivery, and what to tell those who listen. */
export interface Outcome {
  readonly name: OutcomeName;
  readonly settlement: Settlement;
  readonly reason?: string | undefined;
  readonly error?: unknown;
  readonly record?: ErrorRecord;
  readonly delay?: number;
  /** Of one that is lost. */
  readonly how?: LossEvent['how'];
  /** The error is one of the task's `throws`. */
  readonly expected?: boolean;
}
