import { type BackendFactory, type IQueueBackend, type JobJson, Queue } from 'bullmq';
import type {
  Broker,
  ConnectionBudget,
  ConsumeOptions,
  Consumer,
  DeliveryHandler,
  FailedPage,
  NewJob,
  PoolUse,
  QueueCounts,
  StoredJob,
  TransactionalBroker,
} from '../../tasks/broker-port.js';
import type { CallRecords } from '../../tasks/call-records.js';
import type { Presence } from '../../tasks/presence.js';
import type { QueueState } from '../../tasks/queue-state.js';
import type { ScheduleStore } from '../../tasks/schedule-store.js';
import type { Gates } from '../../tasks/gates.js';
import { BullConsumer } from './consumer.js';
import type { BackendDecorator, Store } from './store.js';
import { toJobJson } from './job-json.js';
import { bullPriority, takesTurns, turns } from './turns.js';
import { storingCalls } from './storing-calls.js';
import { isRefusal } from './refusal.js';
import { jobState, toStoredJob } from './stored-job.js';

type AnyQueue = Queue<unknown, unknown, string, unknown, unknown, string, IQueueBackend>;

const CLEAN_BATCH = 1_000;
/** A delayed job that matured between two reads is read again; it cannot go on maturing. */
const MOST_READS = 3;

/** Who is told of errors that nobody waits for. */
export interface Errors {
  report(this: void, error: Error): void;
  /** What happens while the broker is closed is no error. */
  close(): void;
}

/** The broker port over BullMQ; its {@link Store} is what differs between Redis and Postgres. */
export class BullBroker implements Broker {
  private readonly queues = new Map<string, AnyQueue>();
  private offset = 0;
  readonly schedules: ScheduleStore;

  constructor(
    private readonly store: Store,
    private readonly errors: Errors,
    private readonly decorate: BackendDecorator = (backend) => backend,
  ) {
    this.schedules = storingCalls(store.schedules, (queue, job) => this.toStore(queue, [job]));
  }

  get description(): string {
    return this.store.description;
  }

  async open(): Promise<void> {
    try {
      await this.store.open();
    } catch (error) {
      this.errors.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.errors.close();
    await Promise.allSettled([...this.queues.values()].map((queue) => queue.close()));
    await this.store.close();
  }

  connectionBudget(consumedQueues: number, schedules: boolean): ConnectionBudget {
    return this.store.connectionBudget(consumedQueues, schedules);
  }

  version(): Promise<string> {
    return this.store.version();
  }

  get pool(): PoolUse | undefined {
    return this.store.pool;
  }

  async measureClockOffset(): Promise<number> {
    let best = { roundTrip: Number.POSITIVE_INFINITY, offset: 0 };
    for (let round = 0; round < 3; round++) {
      const before = Date.now();
      const began = performance.now();
      const time = await this.store.time();
      const roundTrip = performance.now() - began;
      if (roundTrip < best.roundTrip) best = { roundTrip, offset: time - (before + roundTrip / 2) };
    }
    return (this.offset = best.offset);
  }

  // Not async: a promise less for every call.
  enqueue(queue: string, job: NewJob): Promise<string> {
    if (!takesTurns(job)) return this.add(queue, job, bullPriority(job));
    return this.prioritise(queue, [job]).then(([priority = 0]) => this.add(queue, job, priority));
  }

  private add(queue: string, job: NewJob, priority: number): Promise<string> {
    return this.queue(queue)
      .getBackend()
      .addJob(toJobJson(job, this.now(), priority), job.id);
  }

  async enqueueMany(queue: string, jobs: readonly NewJob[]): Promise<readonly string[]> {
    const stored = await this.toStore(queue, jobs);
    return this.queue(queue)
      .getBackend()
      .addJobs(stored.map((job) => ({ job, jobId: job.id, parentKeyOpts: {} })));
  }

  private async toStore(queue: string, jobs: readonly NewJob[]): Promise<JobJson[]> {
    const priorities = await this.prioritise(queue, jobs);
    const now = this.now();
    return jobs.map((job, index) => toJobJson(job, now, priorities[index] ?? 0));
  }

  /** The priorities BullMQ is to store calls with. */
  private prioritise(queue: string, jobs: readonly NewJob[]): Promise<readonly number[]> {
    return turns(jobs, (level, tenants) => this.store.fairNumbers(queue, level, tenants));
  }

  releaseKey(queue: string, key: string, holder: string): Promise<void> {
    return this.store.releaseKey(queue, key, holder);
  }

  async read(queue: string, id: string): Promise<StoredJob | null> {
    const backend = this.queue(queue).getBackend();
    for (let round = 0; round < MOST_READS; round++) {
      // The state first: the data is then at least as new.
      const state = jobState(await backend.getState(id));
      if (!state) return null;
      const [json, dueAt] = await Promise.all([
        backend.getJobData(id),
        state === 'delayed' ? this.store.dueAt(queue, id) : undefined,
      ]);
      if (!json) return null;
      const finishedMeanwhile = json.finishedOn !== undefined && state !== 'completed' && state !== 'failed';
      if (!finishedMeanwhile || round === MOST_READS - 1) return toStoredJob(json, id, state, dueAt);
    }
    return null;
  }

  async counts(queue: string): Promise<QueueCounts> {
    const types = ['wait', 'prioritized', 'delayed', 'active', 'completed', 'failed'] as const;
    const found = await this.queue(queue).getJobCounts(...types);
    const of = (type: (typeof types)[number]) => found[type] ?? 0;
    return {
      waiting: of('wait') + of('prioritized'),
      delayed: of('delayed'),
      active: of('active'),
      completed: of('completed'),
      failed: of('failed'),
    };
  }

  queueState(queue: string): Promise<QueueState> {
    return this.store.queueState(queue);
  }

  async promoteParked(queue: string, tasks: readonly string[]): Promise<number> {
    const backend = this.queue(queue).getBackend();
    let promoted = 0;
    for (const id of await this.store.parked(queue, tasks)) {
      // Another worker may have promoted it first.
      await backend.promote(id).then(
        () => promoted++,
        () => undefined,
      );
    }
    return promoted;
  }

  async removeFinished(queue: string, state: 'completed' | 'failed', age: number): Promise<number> {
    const removed = await this.queue(queue).clean(age, CLEAN_BATCH, state);
    return removed.length;
  }

  consume(queue: string, options: ConsumeOptions, handler: DeliveryHandler): Consumer {
    return new BullConsumer(this.store, queue, options, handler, this.errors.report, this.decorate, () =>
      this.now(),
    );
  }

  reclaim(queue: string, owner: string): Promise<string[]> {
    return this.store.reclaim(queue, owner);
  }

  async revoke(queue: string, id: string, reason: string, terminate: boolean): ReturnType<Broker['revoke']> {
    const was = await this.store.revoke(queue, id, reason, terminate);
    // One that waits for a time need not wait for it; one that does not is refused.
    if (was === 'pending') await this.queue(queue).getBackend().promote(id).catch(ignoreRefusal);
    return was;
  }

  get records(): CallRecords {
    return this.store.records;
  }

  get gates(): Gates {
    return this.store.gates;
  }

  get presence(): Presence {
    return this.store.presence;
  }

  async failed(queue: string, start: number, count: number): Promise<FailedPage> {
    const backend = this.queue(queue).getBackend();
    const [ids = []] = await backend.getRanges(['failed'], start, start + count - 1, false);
    const found = await Promise.all(
      ids.map(async (id) => {
        const json = await backend.getJobData(id);
        return json ? [toStoredJob(json, id, 'failed', undefined)] : [];
      }),
    );
    return { jobs: found.flat(), next: ids.length < count ? undefined : start + count };
  }

  async redrive(queue: string, id: string): Promise<boolean> {
    const job = await this.queue(queue).getJob(id);
    if (!job || !(await job.isFailed())) return false;
    // Should this process die in between, it is a failed call still.
    await this.store.clearLosses(queue, id);
    await this.store.records.forget(queue, id);
    return job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true }).then(
      () => true,
      (error: unknown) => ignoreRefusal(error) ?? false,
    );
  }

  async discard(queue: string, id: string): Promise<boolean> {
    const job = await this.queue(queue).getJob(id);
    if (!job || !(await job.isFailed())) return false;
    await job.remove();
    await this.store.records.forget(queue, id);
    return true;
  }

  get transactional(): TransactionalBroker | undefined {
    const { transactions } = this.store;
    return (
      transactions && {
        reach: (connection) => transactions.reach(connection),
        payload: (transaction, queue, id) => transactions.payload(transaction, queue, id),
        complete: (...completion) => transactions.complete(...completion),
        read: (transaction, queue, id) => transactions.read(transaction, queue, id),
        releaseKey: (...key) => transactions.releaseKey(...key),
        // Numbers are taken outside the transaction: one that is not used does no harm, and nobody waits for a commit.
        enqueue: async (transaction, queue, jobs) =>
          transactions.enqueue(transaction, queue, await this.toStore(queue, jobs)),
      }
    );
  }

  queueHandle(queue: string): AnyQueue {
    return this.queue(queue);
  }

  private queue(name: string): AnyQueue {
    let queue = this.queues.get(name);
    if (!queue) {
      queue = new Queue(name, { connection: {} }, (...args: Parameters<BackendFactory<IQueueBackend>>) =>
        this.decorate(this.store.queueBackend(...args)),
      ) as AnyQueue;
      queue.on('error', this.errors.report);
      this.queues.set(name, queue);
    }
    return queue;
  }

  /** The store's time. */
  private now(): number {
    return Date.now() + this.offset;
  }
}

function ignoreRefusal(error: unknown): undefined {
  if (!isRefusal(error)) throw error;
}
