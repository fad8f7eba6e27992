import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Broker, Consumer } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import { LockLostError } from '../tasks/errors/broker.errors.js';
import { TaskEvents } from '../tasks/events/task-events.js';
import {
  type ResolvedOptions,
  type ResolvedWorker,
  RESOLVED_OPTIONS,
} from '../tasks/options/resolve-module-options.js';
import type { DiscoveredTask } from '../tasks/registry/task.explorer.js';
import { AbandonedRuns } from './abandoned-runs.js';
import { ClockGuard } from './clock-guard.js';
import { TaskDeliveryHandler } from './delivery-handler.js';
import { RunnableTasks } from './invoke/runnable-tasks.js';
import { TaskInvoker } from './invoke/task-invoker.js';
import { Retention } from './retention.js';
import { RunningAttempts } from './running-attempts.js';

/** What settling and closing may take beyond the shutdown timeout. */
const CLOSING_TIME = 5_000;

/** Runs the tasks of this process: consumes its queues, and stops in good order. */
@Injectable()
export class TaskWorker {
  private readonly logger = new Logger('Worker');
  private readonly consumers = new Map<string, Consumer>();
  private readonly pausedFor = new Set<'clock' | 'abandoned'>();
  private stopping: Promise<void> | undefined;

  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly invoker: TaskInvoker,
    private readonly tasks: RunnableTasks,
    private readonly handler: TaskDeliveryHandler,
    private readonly running: RunningAttempts,
    private readonly abandoned: AbandonedRuns,
    private readonly clockGuard: ClockGuard,
    private readonly retention: Retention,
    private readonly events: TaskEvents,
  ) {}

  /** Whether this process takes work now. */
  get consuming(): boolean {
    return this.consumers.size > 0 && this.pausedFor.size === 0 && !this.stopping;
  }

  /** @throws {@link ClockSkewError} */
  async start(discovered: readonly DiscoveredTask[]): Promise<void> {
    const { worker } = this.options;
    if (!worker) return this.clockGuard.start();
    for (const task of discovered) this.tasks.add(this.invoker.runnable(task));
    const { lockTime } = worker;
    await this.clockGuard.start({
      lockTime,
      stop: () => this.pause('clock'),
      resume: () => this.resume('clock'),
    });
    for (const queue of worker.queues) this.consumers.set(queue, this.consume(queue, worker));
    this.abandoned.whenTooMany(() => this.pause('abandoned'));
    this.retention.start();
    this.promoteParked(worker.queues);
    this.logger.log(
      `Consuming ${worker.queues.join(', ')}; tasks: ${this.tasks.names().join(', ') || 'none'}`,
    );
  }

  /**
   * Stops taking work, waits for running calls up to `shutdownTimeout`, aborts and hands back the rest, and closes.
   * It always ends.
   */
  stop(): Promise<void> {
    this.stopping ??= this.drain();
    return this.stopping;
  }

  private async drain(): Promise<void> {
    const patience = this.options.worker?.shutdownTimeout ?? 0;
    this.clockGuard.stop();
    this.handler.drain();
    const closing = [...this.consumers.values()].map((consumer) => consumer.close(patience + CLOSING_TIME));
    await this.running.empty(patience);
    const left = this.running.all();
    if (left.length > 0) {
      this.logger.warn(
        `${left.length} calls were still running at the shutdown timeout; they are handed back`,
      );
      for (const attempt of left) attempt.cutShort();
    }
    await Promise.allSettled(closing);
    await this.retention.stop();
  }

  private consume(queue: string, { lockTime }: ResolvedWorker): Consumer {
    const concurrency = this.options.queues[queue]?.concurrency ?? 1;
    return this.broker.consume(
      queue,
      {
        concurrency,
        lockTime,
        onLockLost: (id, task) => {
          this.running.find(id)?.abort(new LockLostError(id));
          this.events.emit('lost', { id, queue, task, reason: 'its lock was lost while it ran' });
        },
        onSettlementRefused: (id, task, { message }) =>
          this.events.emit('lost', { id, queue, task, reason: message }),
      },
      this.handler.handle,
    );
  }

  /** Calls that waited for a worker which knows their task need wait no longer. */
  private promoteParked(queues: readonly string[]): void {
    for (const queue of queues) {
      this.broker.promoteParked(queue, this.tasks.names()).then(
        (count) => count > 0 && this.logger.log(`${queue}: ${count} parked calls are due now`),
        (error: unknown) =>
          this.logger.warn(`${queue}: parked calls wait out their delay (${String(error)})`),
      );
    }
  }

  private pause(why: 'clock' | 'abandoned'): void {
    this.pausedFor.add(why);
    for (const consumer of this.consumers.values()) void consumer.pause();
  }

  private resume(why: 'clock' | 'abandoned'): void {
    this.pausedFor.delete(why);
    if (this.pausedFor.size > 0) return;
    for (const consumer of this.consumers.values()) consumer.resume();
  }
}
