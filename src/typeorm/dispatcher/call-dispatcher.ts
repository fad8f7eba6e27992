import { setTimeout as pause } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { atMost } from '../../tasks/at-most.js';
import type { Broker, NewJob } from '../../tasks/broker-port.js';
import { BROKER } from '../../tasks/broker-token.js';
import { placeCalls } from '../../tasks/client/place-call.js';
import { formatDuration } from '../../tasks/duration.js';
import { BrokerUnavailableError } from '../../tasks/index.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../tasks/options/resolve-module-options.js';
import { StoreClock } from '../../tasks/store-clock.js';
import { untilAnswered } from '../../tasks/until-answered.js';
import { CallTable, type Backlog } from '../call-table/call-table.js';
import { CALLS_DATA_SOURCE } from '../data-source-token.js';
import { type Left, publishNext } from './publish-next.js';

/** How often the table is looked at when nobody says that there is something in it. */
const POLL = 1_000;
const LONGEST_PAUSE = 5_000;
/** Another process publishes a batch in about this time. */
const BUSY_PAUSE = 20;
/** What stopping waits for a batch that is under way, beyond what the broker may take. */
const STOPPING_TIME = 1_000;

/**
 * Publishes the calls of the call table to the broker, in every process that imports the module. Commits of this
 * process wake it at once; polling finds what other processes left behind.
 *
 * @publicApi
 */
@Injectable()
export class CallDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Dispatcher');
  private readonly table: CallTable;
  private needed = false;
  private stopped = false;
  private failures = 0;
  private again = false;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    @Inject(CALLS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly clock: StoreClock,
  ) {
    this.table = new CallTable(options.namespace);
  }

  /** Committed calls that are not published yet, in this namespace. */
  backlog(): Promise<Backlog> {
    return this.needed ? this.table.backlog(this.dataSource) : Promise.resolve({ waiting: 0, lag: 0 });
  }

  async onApplicationBootstrap(): Promise<void> {
    // Without a table every call goes to the broker's own.
    this.needed = await this.table.exists(this.dataSource);
    if (this.needed) this.sleep(Math.random() * POLL);
  }

  /** What is left is published by other processes, or by the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    if (this.running) await atMost(this.options.enqueueTimeout + STOPPING_TIME, this.running);
  }

  /** There is something to publish. Never waits, never throws. */
  wake(): void {
    this.again = true;
    // While the broker is away, waking more often would not bring it back.
    if (this.running || this.failures > 0 || this.stopped || !this.needed) return;
    clearTimeout(this.timer);
    this.run();
  }

  private sleep(time: number): void {
    this.timer = setTimeout(() => this.run(), time).unref();
  }

  private run(): void {
    this.running = this.dispatch().then(
      () => this.succeeded(),
      (error: unknown) => this.failed(error),
    );
  }

  private async dispatch(): Promise<void> {
    do {
      const woken = this.again;
      this.again = false;
      const busy = await this.dispatchQueues();
      if (!woken || !busy) continue;
      // Whoever publishes that queue may have taken its batch before the commit that woke us.
      await pause(BUSY_PAUSE);
      this.again = true;
    } while (this.again && !this.stopped);
  }

  /** A queue that cannot be published does not hold up the others. True: another process is publishing one of them. */
  private async dispatchQueues(): Promise<boolean> {
    const failures: unknown[] = [];
    let busy = false;
    for (const queue of await this.table.queues(this.dataSource)) {
      try {
        busy = (await this.dispatchQueue(queue)) === 'busy' || busy;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return busy;
  }

  private async dispatchQueue(queue: string): Promise<Left> {
    const publishing = {
      table: this.table,
      publish: (name: string, jobs: readonly NewJob[]) => this.publish(name, jobs),
      now: () => this.clock.now(),
      patience: this.options.enqueueTimeout,
    };
    let left: Left = 'more';
    while (left === 'more' && !this.stopped) {
      left = await this.dataSource.transaction('READ COMMITTED', (transaction) =>
        publishNext(transaction, queue, publishing),
      );
    }
    return left;
  }

  private async publish(queue: string, jobs: readonly NewJob[]): Promise<void> {
    const { enqueueTimeout } = this.options;
    const late = (cause: unknown) =>
      new BrokerUnavailableError(
        this.broker.description,
        `publishing ${jobs.length} calls to "${queue}"`,
        formatDuration(enqueueTimeout),
        cause,
      );
    const insist = <T>(operation: () => Promise<T>) => untilAnswered(operation, enqueueTimeout, late);
    const ids = await placeCalls(this.broker, queue, jobs, () => this.clock.now(), insist);
    for (const [index, { id }] of jobs.entries()) {
      const other = ids[index] ?? id;
      if (other !== id) await insist(() => this.broker.records.setDuplicate(queue, id, other));
    }
  }

  private succeeded(): void {
    if (this.failures > 0) this.logger.log('Calls are being published again');
    this.failures = 0;
    // Jitter keeps the processes of a deploy from polling in step.
    this.rest(POLL * (0.75 + Math.random() / 2));
  }

  private failed(error: unknown): void {
    if (this.failures === 0) {
      this.logger.error(
        `Calls could not be published; they wait in celeriac_call and are tried again: ${String(error)}`,
      );
    }
    this.failures++;
    this.rest(Math.min(LONGEST_PAUSE, POLL * 2 ** (this.failures - 1)));
  }

  private rest(time: number): void {
    this.running = undefined;
    if (this.stopped) return;
    // Someone may have woken it after its last look.
    if (this.again && this.failures === 0) this.run();
    else this.sleep(time);
  }
}
