import type { BackendFactory, IQueueBackend, JobJson } from 'bullmq';
import type { Broker, ConnectionBudget, PoolUse, TransactionalBroker } from '../../tasks/broker-port.js';
import type { CallRecords } from '../../tasks/call-records.js';
import type { Gates } from '../../tasks/gates.js';
import type { Presence } from '../../tasks/presence.js';
import type { QueueState } from '../../tasks/queue-state.js';
import type { ScheduleChange, ScheduleStore } from '../../tasks/schedule-store.js';
import type { Transaction } from '../../tasks/transaction/transaction.js';

/** What is done in transactions of the callers' own. */
export interface StoreTransactions extends Omit<TransactionalBroker, 'enqueue'> {
  enqueue(transaction: Transaction, queue: string, jobs: readonly JobJson[]): Promise<readonly string[]>;
}

/** The schedules of a store, whose calls are ready to be stored. */
export interface StoreSchedules extends Omit<ScheduleStore, 'fire'> {
  fire(change: ScheduleChange, job: JobJson): Promise<string | undefined>;
}

/**
 * Start-time fair queueing: a call gets the number of the round it may run in, one more than the last of its tenant, or a
 * little before the round that is being run.
 *
 * @param level 0 for the most urgent calls of the queue
 */
export type FairNumbers = (
  queue: string,
  level: number,
  tenants: readonly string[],
) => Promise<readonly number[]>;

/** What the two BullMQ backends do differently, and what Celeriac needs beyond them. */
export interface Store {
  /** For messages: `redis`, `postgres`. */
  readonly description: string;
  open(): Promise<void>;
  close(): Promise<void>;
  /** Backends of queues, for producers and reading. */
  readonly queueBackend: BackendFactory<IQueueBackend>;
  /** Backends of workers. */
  readonly workerBackend: BackendFactory<IQueueBackend>;
  connectionBudget(consumedQueues: number, schedules: boolean): ConnectionBudget;
  version(): Promise<string>;
  /** Present if it has a pool. */
  readonly pool?: PoolUse;
  /** The store's clock, in ms. */
  time(): Promise<number>;
  /** When a delayed job becomes due, in ms. */
  dueAt(queue: string, id: string): Promise<number | undefined>;
  /**
   * Puts an active job at the head of its queue. False: the store refused, its lock is another's.
   *
   * @param lost it counts a loss
   */
  handBack(queue: string, id: string, token: string, lost: boolean): Promise<boolean>;
  /** The same for all that a dead worker held, in their old order; their ids. */
  reclaim(queue: string, workerId: string): Promise<string[]>;
  revoke: Broker['revoke'];
  releaseKey: Broker['releaseKey'];
  /** Numbers for new calls of a fair queue, in order; see {@link FairNumbers}. */
  readonly fairNumbers: FairNumbers;
  /** Sets a failed job's losses to none. */
  clearLosses(queue: string, id: string): Promise<void>;
  readonly records: CallRecords;
  readonly gates: Gates;
  readonly presence: Presence;
  readonly schedules: StoreSchedules;
  queueState(queue: string): Promise<QueueState>;
  /** Ids of parked jobs of the given tasks. */
  parked(queue: string, tasks: readonly string[]): Promise<string[]>;
  /** Present if the store is a database that callers may share. */
  readonly transactions?: StoreTransactions;
  /** Makes active jobs that BullMQ cannot read readable, so that they can be quarantined; returns their ids. */
  repairUnreadable(queue: string): Promise<string[]>;
}

/** Wraps every backend a store makes. Fault tests use it to make the store lie. */
export type BackendDecorator = (backend: IQueueBackend) => IQueueBackend;
