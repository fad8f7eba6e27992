import { DelayedError, type IQueueBackend, type Job, UnrecoverableError, WaitingError } from 'bullmq';
import type {
  ConsumeOptions,
  Consumer,
  Delivery,
  DeliveryHandler,
  Settlement,
} from '../../tasks/broker-port.js';
import { LockLostError } from '../../tasks/errors/broker.errors.js';
import { CompleteWithinUnavailableError } from '../../tasks/errors/transaction.errors.js';
import type { Transaction } from '../../tasks/transaction/transaction.js';
import { atMost } from '../../tasks/at-most.js';
import { untilAnswered } from '../../tasks/until-answered.js';
import { CallWorker } from './call-worker.js';
import { handBack } from './hand-back.js';
import { fetchPatiently } from './patient-fetching.js';
import { settlePersistently } from './persistent-settling.js';
import type { BackendDecorator, Store, StoreTransactions } from './store.js';

type AnyJob = Job<unknown, unknown, string>;

/** What cutting the connections of a worker that did not close may take. */
const DISCONNECTING_TIME = 1_000;
const KEPT_STACKS = 3;
const KEPT_LOG_LINES = 200;
/** Postgres keeps it in an integer column. */
const UNLIMITED = 2 ** 31 - 1;

/** A failure that BullMQ stores as it is: the retry policy has already been applied. */
class FinalFailure extends UnrecoverableError {
  constructor(reason: string, stack: string) {
    super(reason);
    this.stack = stack;
  }
}

/** Consumes one queue through a BullMQ Worker; maps settlements to its moves. */
export class BullConsumer implements Consumer {
  private readonly worker: CallWorker;
  private readonly backend: IQueueBackend;
  private watch: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Store,
    private readonly queue: string,
    private readonly options: ConsumeOptions,
    handler: DeliveryHandler,
    private readonly onError: (error: Error) => void,
    decorate: BackendDecorator,
    /** The store's time. */
    private readonly now: () => number,
  ) {
    const { lockTime, concurrency } = options;
    this.worker = new CallWorker(
      queue,
      {
        deliver: (job) =>
          handler(
            new BullDelivery(job, queue, this.backend, this.worker, store.transactions, options.lockTime),
          ),
        settle: (job, token, settlement) => this.settle(job, token, settlement),
        lockLost: (id, name) => options.onLockLost(id, name),
      },
      {
        connection: {},
        concurrency,
        autorun: false,
        lockDuration: lockTime,
        // Postgres takes the workers' clocks for locks, and those may differ by half of it either way.
        lockRenewTime: Math.floor(lockTime / 4),
        stalledInterval: Math.max(250, Math.min(2_000, Math.floor(lockTime / 4))),
        maxStalledCount: UNLIMITED,
        runRetryDelay: 500,
      },
      (name, opts, kind) =>
        fetchPatiently(
          settlePersistently(decorate(store.workerBackend(name, opts, kind)), lockTime, (id, error) =>
            this.refused(id, error),
          ),
        ),
    );
    this.backend = this.worker.getBackend();
    this.worker.on('error', (error) => this.onWorkerError(error));
    this.worker.run().catch((error: unknown) => this.onError(error as Error));
  }

  get owner(): string {
    return this.worker.id;
  }

  pause(): Promise<void> {
    // BullMQ stops looking for what dead workers left behind; and every other worker may be paused, too.
    this.watch ??= setInterval(() => void this.sweep(), this.worker.opts.stalledInterval).unref();
    return this.worker.pause(true);
  }

  resume(): void {
    this.stopWatch();
    void this.worker.resume();
  }

  async close(givenUp: Promise<unknown>): Promise<void> {
    this.stopWatch();
    const closed = this.worker.close().then(
      () => true,
      () => true,
    );
    if (await Promise.race([closed, givenUp.then(() => false)])) return;
    await atMost(DISCONNECTING_TIME, this.worker.disconnect());
  }

  private stopWatch(): void {
    clearInterval(this.watch);
    this.watch = undefined;
  }

  private async sweep(): Promise<void> {
    await this.backend.moveStalledJobsToWait().catch((error: unknown) => this.onError(error as Error));
  }

  private async settle(
    job: AnyJob,
    token: string,
    settlement: Exclude<Settlement, { kind: 'complete' }>,
  ): Promise<never> {
    if (settlement.kind === 'fail') throw new FinalFailure(settlement.reason, settlement.stack);
    const id = String(job.id);
    // BullMQ takes it for a job that has been moved, and fetches the next.
    if (settlement.kind === 'completedWithin') throw new DelayedError();
    if (settlement.kind === 'handBack') {
      const { lost = false } = settlement;
      await handBack(this.store, this.queue, id, token, lost, this.options.lockTime).catch((error: unknown) =>
        this.refused(id, error as Error),
      );
      throw new WaitingError();
    }
    // A refusal has been reported where it was met.
    await this.backend
      .moveToDelayed(id, Math.round(this.now()), settlement.delay, token, delayOptions(job, settlement))
      .catch(() => undefined);
    throw new DelayedError();
  }

  private refused(id: string, error: Error): void {
    this.options.onSettlementRefused(id, this.worker.nameOf(id) ?? 'unknown', error);
  }

  private onWorkerError(error: Error): void {
    if (error instanceof SyntaxError) {
      this.store.repairUnreadable(this.queue).catch((failure: unknown) => this.onError(failure as Error));
    }
    this.onError(error);
  }
}

function delayOptions(job: AnyJob, settlement: Extract<Settlement, { kind: 'retry' | 'defer' }>) {
  if (settlement.kind === 'defer') {
    const fieldsToUpdate = settlement.reason === undefined ? undefined : { failedReason: settlement.reason };
    return { skipAttempt: true, fieldsToUpdate };
  }
  const stacks = [...(job.stacktrace ?? []), settlement.stack].slice(-KEPT_STACKS);
  return { fieldsToUpdate: { failedReason: settlement.reason, stacktrace: JSON.stringify(stacks) } };
}

class BullDelivery implements Delivery {
  constructor(
    private readonly job: AnyJob,
    readonly queue: string,
    private readonly backend: IQueueBackend,
    private readonly worker: CallWorker,
    private readonly transactions: StoreTransactions | undefined,
    private readonly lockTime: number,
  ) {}

  get id(): string {
    return String(this.job.id);
  }

  get name(): string {
    return this.job.name;
  }

  get data(): unknown {
    return this.job.data;
  }

  get retries(): number {
    return this.job.attemptsMade;
  }

  set retries(retries: number) {
    this.job.attemptsMade = retries;
  }

  get losses(): number {
    return this.job.stalledCounter;
  }

  get deliveries(): number {
    return this.job.attemptsStarted;
  }

  get token(): string {
    return this.job.token ?? '';
  }

  get reason(): string | undefined {
    return this.job.failedReason;
  }

  get enqueuedAt(): number {
    return this.job.timestamp;
  }

  get dedupKey(): string | undefined {
    return this.job.deduplicationId;
  }

  async saveProgress(progress: unknown): Promise<void> {
    await this.backend.updateProgress(this.id, progress as object);
  }

  async appendLog(line: string): Promise<void> {
    await this.backend.addLog(this.id, line, KEPT_LOG_LINES);
  }

  async completeWithin(transaction: Transaction, value: unknown): Promise<void> {
    if (!this.transactions) throw new CompleteWithinUnavailableError('this broker is not a database');
    this.leaveLock();
    await this.transactions.complete(transaction, this.queue, this.id, this.token, value);
  }

  leaveLock(): void {
    this.worker.leaveLock(this.id);
  }

  keepLock(): void {
    this.worker.keepLock(this.id, this.token);
  }

  async isComplete(): Promise<boolean> {
    const state = () => this.backend.getState(this.id);
    const unknown = (cause: unknown) => Object.assign(new LockLostError(this.id), { cause });
    return (await untilAnswered(state, this.lockTime, unknown).catch(() => 'unknown')) === 'completed';
  }
}
