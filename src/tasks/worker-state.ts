/** What a worker process says of itself, again and again; see {@link Presence}. Times are in milliseconds. */
export interface WorkerState {
  readonly kind: 'worker';
  /** Host and process id. */
  readonly process: string;
  /** How often it says so. */
  readonly every: number;
  readonly upFor: number;
  /** Since it could take calls without a break: its event loop turned, and the broker answered. */
  readonly awakeFor: number;
  readonly pool: 'async' | 'prefork';
  /** Those it consumes, and for how long each has handed it nothing; null: it has not yet. */
  readonly queues: Readonly<Record<string, number | null>>;
  /** Names of the tasks it knows. */
  readonly tasks: readonly string[];
  /** Why it takes no work at present; empty: it does. */
  readonly pausedFor: readonly string[];
  /** Calls whose code runs. */
  readonly active: number;
  /** The one that has run for longest. */
  readonly oldest: OldestAttempt | null;
  /** How late its event loop was since the last time. */
  readonly eventLoopLag: { readonly mean: number; readonly max: number };
}

export interface OldestAttempt {
  readonly id: string;
  readonly task: string;
  readonly runningFor: number;
  /** It is past its hard limit, and goes on. */
  readonly overdue: boolean;
}

const PREFIX = 'worker ';

export const workerBeatId = (slot: string): string => `${PREFIX}${slot}`;

/** What a beat says, if a worker sent it. */
export function readWorkerState(id: string, state: unknown): WorkerState | undefined {
  return id.startsWith(PREFIX) ? (state as WorkerState) : undefined;
}
