import type { PolicyOverrides } from '../../tasks/options/task-policy.js';
import type { StorableResult } from '../../tasks/envelope/storable-result.js';
import type { Count } from '../../tasks/metrics/counts.js';
import type { Duration } from '../../tasks/duration.js';
import type { Outcome } from '../stages/outcome.js';
import type { SentError } from './sent-error.js';

/*
 * What a worker and its children say to each other. All of it is JSON: a result or an error that is none has been made
 * storable before.
 */

/** A call for a child to run. The parent keeps its lock and its clock. */
export interface RunMessage {
  readonly type: 'run';
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  readonly token: string;
  readonly retries: number;
  /** Milliseconds since it was due, for its first delivery. */
  readonly waited: number | null;
  readonly args: readonly unknown[];
  readonly headers: Readonly<Record<string, string>>;
  readonly overrides: PolicyOverrides;
}

export type ToChild =
  | RunMessage
  | { readonly type: 'abort'; readonly reason: SentError }
  /** The answer to what a child asked for. */
  | { readonly type: 'answer'; readonly to: number; readonly error?: string }
  /** Closes its application and exits. */
  | { readonly type: 'stop' };

/** An outcome, as the child decided it: it knows the classes of the errors. */
export type SentOutcome = Omit<Outcome, 'error'> & { readonly error?: SentError };

export type FromChild =
  | { readonly type: 'ready'; readonly tasks: readonly string[] }
  | { readonly type: 'unfit'; readonly message: string }
  | {
      readonly type: 'ended';
      readonly outcome: SentOutcome;
      readonly memory: number;
      /** What has been counted in it since it last said so. */
      readonly counts?: readonly Count[];
      /** Why the child is not to be given another call. */
      readonly tainted?: string;
    }
  | { readonly type: 'memory'; readonly memory: number }
  | { readonly type: 'extend'; readonly by: Duration }
  | { readonly type: 'shield'; readonly atMost: Duration }
  | { readonly type: 'shield over' }
  | { readonly type: 'progress'; readonly ask: number; readonly progress: unknown }
  | { readonly type: 'log'; readonly ask: number; readonly line: string }
  /** A transaction of the task's is about to complete the call; or that came to nothing. */
  | { readonly type: 'completing'; readonly ask: number; readonly result: StorableResult }
  | { readonly type: 'undone' };
