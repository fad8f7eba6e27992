import type { CallRecords } from './call-records.js';
import type { Envelope } from './envelope/envelope.js';
import type { Gates } from './gates.js';
import type { Presence } from './presence.js';
import type { QueueState } from './queue-state.js';
import type { ScheduleStore } from './schedule-store.js';
import type { Transaction } from './transaction/transaction.js';

/*
 * What Celeriac needs of a broker. `broker/` implements it over BullMQ's Redis and Postgres backends; nothing
 * outside that folder asks which one it is on, and one conformance suite holds for both.
 *
 * Contract, beyond the types:
 * - a job id exists once: adding it again changes nothing;
 * - work that was handed back runs before work that waits, within its priority;
 * - a settlement or a hand-back that the store refuses (its lock was lost) is reported, never swallowed;
 * - a call is not delivered to a consumer whose earlier delivery of it has not been settled;
 * - times are the store's, in milliseconds.
 */

/** 1 runs first. 0: the queue has no priorities. */
export type JobPriority = 0 | 1 | 2 | 3;

/**
 * How calls alike keep each other away: one of them holds their key.
 * `unique`: until it has ended. `throttle`: for a time, whatever becomes of it. `debounce`: a later one takes its place.
 */
export interface Dedup {
  /** The key, in its queue. */
  readonly key: string;
  readonly kind: 'unique' | 'throttle' | 'debounce';
  /** How long it is held at most, in ms. */
  readonly for: number | null;
}

/** A call about to be stored. */
export interface NewJob {
  readonly id: string;
  /** The task's name. */
  readonly name: string;
  readonly envelope: Envelope;
  /** Milliseconds before it may run. */
  readonly delay: number;
  readonly priority: JobPriority;
  readonly dedup?: Dedup;
  /** Whose it is, in a queue where callers take turns; empty: nobody's in particular. */
  readonly tenant?: string;
}

export type JobState = 'waiting' | 'delayed' | 'active' | 'completed' | 'failed';

/** A call as the store holds it. */
export interface StoredJob {
  readonly id: string;
  readonly name: string;
  readonly data: unknown;
  readonly state: JobState;
  /** Attempts that were retried, plus the final one when the job is finished. */
  readonly attemptsMade: number;
  /** How often a worker lost it. */
  readonly losses: number;
  readonly progress: unknown;
  readonly returnValue: unknown;
  readonly failedReason: string | undefined;
  readonly stack: string | undefined;
  readonly enqueuedAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** When a delayed job becomes due. */
  readonly dueAt: number | undefined;
}

/** One handing of a call to this worker. */
export interface Delivery {
  readonly id: string;
  readonly queue: string;
  readonly name: string;
  readonly data: unknown;
  /** Attempts that failed and were retried before this delivery, but for those that the store has given back since. */
  retries: number;
  /** Deliveries that lost their worker before this one. */
  readonly losses: number;
  /** All deliveries so far, this one included. */
  readonly deliveries: number;
  /** What holds its lock. */
  readonly token: string;
  /** Why it waited, if it was put back by a worker. */
  readonly reason: string | undefined;
  readonly enqueuedAt: number;
  /** The key it held when it was stored; see {@link Dedup}. */
  readonly dedupKey: string | undefined;
  saveProgress(progress: unknown): Promise<void>;
  appendLog(line: string): Promise<void>;
  /**
   * Completes the call in a transaction of the broker's own database. The lock is not renewed from here on, since
   * renewing it would wait for that transaction; `keepLock` goes back on that, for a transaction that came to nothing.
   *
   * @throws {@link LockLostError}
   */
  completeWithin(transaction: Transaction, value: unknown): Promise<void>;
  leaveLock(): void;
  keepLock(): void;
  /** Whether the call is complete. */
  isComplete(): Promise<boolean>;
}

/** What becomes of a delivery. */
export type Settlement =
  | { readonly kind: 'complete'; readonly value: unknown }
  | { readonly kind: 'fail'; readonly reason: string; readonly stack: string }
  /** Runs again after `delay`; counts as an attempt. */
  | { readonly kind: 'retry'; readonly delay: number; readonly reason: string; readonly stack: string }
  /** Comes back after `delay`; no attempt is spent. Without a reason, the one it had stays. */
  | { readonly kind: 'defer'; readonly delay: number; readonly reason?: string }
  /**
   * Runs again at once, before waiting work, on another worker; no attempt is spent. `lost`: its process died, which
   * counts among its losses.
   */
  | { readonly kind: 'handBack'; readonly lost?: boolean }
  /** A transaction of the task's own has completed it. */
  | { readonly kind: 'completedWithin' };

/** Decides about a delivery. Must not throw. */
export type DeliveryHandler = (delivery: Delivery) => Promise<Settlement>;

export interface ConsumeOptions {
  /** Deliveries at once. */
  readonly concurrency: number;
  /** Milliseconds a lock lives without renewal. */
  readonly lockTime: number;
  /** The lock of a running delivery was lost; what it settles will be refused. Told once. */
  onLockLost(id: string, task: string): void;
  /** The store refused or could not take a settlement; the call comes back to some worker. */
  onSettlementRefused(id: string, task: string, error: Error): void;
}

/** A running consumer of one queue. */
export interface Consumer {
  /** Whose locks its deliveries hold. {@link Broker.reclaim} takes them back when its process has died. */
  readonly owner: string;
  /** Takes no further work; running deliveries go on. */
  pause(): Promise<void>;
  /** Takes work again. */
  resume(): void;
  /** Takes no further work, and stops for good once every delivery has settled, or as soon as `givenUp` resolves. */
  close(givenUp: Promise<unknown>): Promise<void>;
}

/** Connections this process opens. Printed at boot. */
export interface ConnectionBudget {
  readonly total: number;
  readonly parts: Readonly<Record<string, number>>;
}

/** Connections of the pool that the broker's statements share, now. */
export interface PoolUse {
  readonly total: number;
  readonly idle: number;
  /** Statements that wait for one. */
  readonly waiting: number;
}

export type QueueCounts = Readonly<Record<JobState, number>>;

/** What a broker can do whose store is a database that its callers may share. */
export interface TransactionalBroker {
  /** Whether a connection leads to the broker's own database, and may write to it. */
  reach(connection: Transaction): Promise<'shared' | 'forbidden' | 'elsewhere'>;
  /** Stores calls in a transaction there, in order; what {@link Broker.enqueueMany} gives. */
  enqueue(transaction: Transaction, queue: string, jobs: readonly NewJob[]): Promise<readonly string[]>;
  /** A call, as the transaction sees it. */
  read(transaction: Transaction, queue: string, id: string): Promise<StoredJob | null>;
  releaseKey(transaction: Transaction, queue: string, key: string, holder: string): Promise<void>;
  /** The payload of a call, as the transaction sees it. */
  payload(transaction: Transaction, queue: string, id: string): Promise<unknown>;
  /** Completes an active call in a transaction there. @throws {@link LockLostError} */
  complete(transaction: Transaction, queue: string, id: string, token: string, value: unknown): Promise<void>;
}

/** A page of calls that failed or were quarantined, newest first. */
export interface FailedPage {
  readonly jobs: readonly StoredJob[];
  /** Where the next page begins; undefined: this was the last. */
  readonly next: number | undefined;
}

export interface Broker {
  /** For banners and messages: `redis`, `postgres`, `embedded Postgres`. */
  readonly description: string;
  /** Connects, migrates, checks. @throws BrokerUnavailableError within a bound. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** Connections, given how many queues this process consumes, and whether it fires schedules. */
  connectionBudget(consumedQueues: number, schedules: boolean): ConnectionBudget;
  /** The version of the store's server. */
  version(): Promise<string>;
  /** Undefined: it has no pool. */
  readonly pool: PoolUse | undefined;
  /** The store's clock minus this process's, in ms, measured anew. */
  measureClockOffset(): Promise<number>;

  /** @returns the id that is stored: its own, or that of the call that holds its key */
  enqueue(queue: string, job: NewJob): Promise<string>;
  /** Stores all of them in one operation. @returns their ids, in order, as `enqueue` does */
  enqueueMany(queue: string, jobs: readonly NewJob[]): Promise<readonly string[]>;
  /** Takes a key from a call, if that call still holds it. Idempotent. */
  releaseKey(queue: string, key: string, holder: string): Promise<void>;
  read(queue: string, id: string): Promise<StoredJob | null>;
  counts(queue: string): Promise<QueueCounts>;
  queueState(queue: string): Promise<QueueState>;
  /** Makes parked calls of these tasks due now; returns how many. */
  promoteParked(queue: string, tasks: readonly string[]): Promise<number>;
  /** Removes jobs that finished more than `age` ms ago; returns how many. */
  removeFinished(queue: string, state: 'completed' | 'failed', age: number): Promise<number>;
  consume(queue: string, options: ConsumeOptions, handler: DeliveryHandler): Consumer;
  /**
   * Puts what a dead consumer held back at the head of the queue, in its old order; each counts a loss.
   *
   * @param owner {@link Consumer.owner} of the dead one
   * @returns the ids
   */
  reclaim(queue: string, owner: string): Promise<string[]>;

  /** Has a call end as revoked. What it was: `ended` and `unknown` calls are left alone. */
  revoke(
    queue: string,
    id: string,
    reason: string,
    terminate: boolean,
  ): Promise<'pending' | 'running' | 'ended' | 'unknown'>;
  readonly records: CallRecords;
  readonly gates: Gates;
  readonly presence: Presence;
  readonly schedules: ScheduleStore;

  /** Failed and quarantined calls, from the newest. */
  failed(queue: string, start: number, count: number): Promise<FailedPage>;
  /** Puts a failed call back into its queue as if it were new. False: it is not a failed call. */
  redrive(queue: string, id: string): Promise<boolean>;
  /** Removes a failed call. False: it is not a failed call. */
  discard(queue: string, id: string): Promise<boolean>;
  /** Present if the store is such a database. */
  readonly transactional: TransactionalBroker | undefined;
  /** The BullMQ Queue behind a queue, for reading and administration. */
  queueHandle(queue: string): unknown;
}
