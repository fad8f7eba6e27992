import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { atMost } from '../tasks/at-most.js';
import type { Broker, Consumer } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import { formatDuration } from '../tasks/duration.js';
import { CANARY, CANARY_DEFINITION } from '../tasks/canary.js';
import { LockLostError } from '../tasks/errors/broker.errors.js';
import { IsolationUnavailableError } from '../tasks/errors/worker.errors.js';
import { GateKeeper, HeldPermits } from '../limits/index.js';
import { TaskEvents } from '../tasks/events/task-events.js';
import {
  type ResolvedOptions,
  type ResolvedWorker,
  RESOLVED_OPTIONS,
} from '../tasks/options/resolve-module-options.js';
import { processRole } from '../tasks/process-role.js';
import type { DiscoveredTask } from '../tasks/registry/task.explorer.js';
import { AbandonedRuns } from './abandoned-runs.js';
import { ClockGuard } from './clock-guard.js';
import { TaskDeliveryHandler } from './delivery-handler.js';
import { RunnableTasks } from './invoke/runnable-tasks.js';
import type { RunnableTask } from './invoke/runnable-task.js';
import { TaskInvoker } from './invoke/task-invoker.js';
import { Retention } from './retention.js';
import { ParkedCalls } from './parked-calls.js';
import type { Attempt } from './run/attempt.js';
import { ChildRuns } from './pools/child/child-runs.js';
import { IsolatedRuns } from './pools/isolated-runs.js';
import { SoleRuns } from './pools/sole-runs.js';
import { RevocationWatch } from './revocation-watch.js';
import { RunningAttempts } from './running-attempts.js';
import { WorkerBeat, type WorkerFacts } from './worker-beat.js';
import { Watchdog } from './watchdog/watchdog.js';
import type { WorkerReport } from './worker-report.js';

/** What settling and closing may take beyond the shutdown timeout. */
const CLOSING_TIME = 4_000;

/** Runs the tasks of this process: consumes its queues, and stops in good order. */
@Injectable()
export class TaskWorker {
  private readonly logger = new Logger('Worker');
  private readonly consumers = new Map<string, Consumer>();
  private readonly pausedFor = new Set<'clock' | 'abandoned' | 'suspect'>();
  private readonly hurry = new AbortController();
  private stopping: Promise<void> | undefined;
  private onDelayedStop: ((milliseconds: number) => void) | undefined;

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
    private readonly revocations: RevocationWatch,
    private readonly isolated: IsolatedRuns,
    private readonly sole: SoleRuns,
    private readonly childRuns: ChildRuns,
    private readonly watchdog: Watchdog,
    private readonly parked: ParkedCalls,
    private readonly keeper: GateKeeper,
    private readonly permits: HeldPermits,
    private readonly events: TaskEvents,
    private readonly beat: WorkerBeat,
  ) {}

  /** Whether this process takes work now. */
  get consuming(): boolean {
    return this.consumers.size > 0 && this.pausedFor.size === 0 && !this.stopping;
  }

  /** Told when code that was given up goes on in this process: it should be replaced. */
  whenTainted(listener: (reason: string) => void): void {
    this.abandoned.whenTainted(listener);
  }

  /** Told if a stop takes so many milliseconds longer than `shutdownTimeout`. */
  whenStopDelayed(listener: (milliseconds: number) => void): void {
    this.onDelayedStop = listener;
  }

  /** What this worker is, for those who watch it. */
  report(): WorkerReport {
    const { broker, namespace, worker } = this.options;
    if (!worker) throw new Error('This process is no worker');
    return {
      broker: { options: broker, namespace, description: this.broker.description },
      queues: [...this.consumers].map(([name, { owner }]) => ({
        name,
        owner,
        concurrency: this.concurrencyOf(name),
      })),
      tasks: this.ownTasks().map(({ definition: { name, policy } }) => ({
        name,
        softTimeLimit: policy.softTimeLimit,
        timeLimit: policy.timeLimit,
        isolated: policy.isolate,
      })),
      pool: worker.pool,
      children: this.isolated.children === 'none' ? 0 : this.isolated.mostChildren,
      lockTime: worker.lockTime,
      shutdownTimeout: worker.shutdownTimeout,
    };
  }

  /** @throws {@link ClockSkewError}, {@link ChildBootError}, {@link IsolationUnavailableError} */
  async start(discovered: readonly DiscoveredTask[]): Promise<void> {
    const { worker } = this.options;
    const role = processRole();
    if (role.kind !== 'child' && !worker) return this.clockGuard.start();
    for (const task of discovered) this.tasks.add(this.invoker.runnable(task));
    this.tasks.add({ definition: CANARY_DEFINITION, invoke: () => undefined });
    if (role.kind === 'child') {
      await this.clockGuard.start();
      return this.childRuns.start(role.link);
    }
    if (worker) await this.startConsuming(worker);
  }

  private async startConsuming(worker: ResolvedWorker): Promise<void> {
    this.checkIsolation(worker);
    const { lockTime } = worker;
    await this.clockGuard.start({
      lockTime,
      stop: () => this.pause('clock'),
      resume: () => this.resume('clock'),
    });
    await this.isolated.start();
    this.watchdog.start(this.tasks.names());
    this.sole.start({ pause: () => this.pause('suspect'), resume: () => this.resume('suspect') });
    for (const queue of worker.queues) this.consumers.set(queue, this.consume(queue, worker));
    this.abandoned.whenTooMany(() => this.pause('abandoned'));
    this.retention.start();
    this.revocations.start(worker.queues);
    this.parked.start(worker.queues);
    this.keeper.start();
    this.beat.start(() => this.facts(worker), worker.heartbeat);
    const tasks = this.ownTasks().map(({ definition }) => definition.name);
    this.logger.log(`Consuming ${worker.queues.join(', ')}; tasks: ${tasks.join(', ') || 'none'}`);
  }

  /** Those of the application. */
  private ownTasks(): RunnableTask[] {
    return this.tasks.all().filter(({ definition }) => definition.name !== CANARY);
  }

  private facts({ pool, queues }: ResolvedWorker): WorkerFacts {
    return {
      pool,
      tasks: this.ownTasks().map(({ definition }) => definition.name),
      pausedFor: [...this.pausedFor],
      queues,
    };
  }

  /**
   * Stops taking work, waits for running calls up to `shutdownTimeout` (for those in a `shield` as long as it lasts),
   * aborts and hands back the rest, and closes. It always ends.
   */
  stop(): Promise<void> {
    this.stopping ??= this.drain();
    return this.stopping;
  }

  /** Has the stop that is under way, or one that comes, wait for nothing: what runs is aborted and handed back. */
  stopNow(): Promise<void> {
    this.hurry.abort();
    return this.stop();
  }

  private async drain(): Promise<void> {
    const patience = this.options.worker?.shutdownTimeout ?? 0;
    const patienceEnds = performance.now() + patience;
    this.clockGuard.stop();
    this.revocations.stop();
    this.parked.stop();
    this.keeper.stop();
    this.handler.drain();
    this.isolated.drain();
    this.sole.drain();
    let giveUp: () => void = () => undefined;
    const givenUp = new Promise<void>((resolve) => (giveUp = resolve));
    const closing = [...this.consumers.values()].map((consumer) => consumer.close(givenUp));
    await this.emptyWithin(patience);
    if (!this.hurry.signal.aborted) await this.waitForShielded();
    this.cutShort(this.running.all());
    const closed = Promise.allSettled(closing);
    const rest = Math.max(0, patienceEnds - performance.now());
    if (!(await atMost(rest + CLOSING_TIME, closed))) giveUp();
    await closed;
    await Promise.all([
      this.beat.stop(),
      this.retention.stop(),
      this.isolated.stop(),
      this.watchdog.stop(),
      this.permits.released(),
    ]);
  }

  /** Waits until nothing runs any more, but no longer than this, nor once it is to hurry. */
  private async emptyWithin(milliseconds: number): Promise<void> {
    const over = new AbortController();
    const signal = AbortSignal.any([this.hurry.signal, over.signal]);
    const timeout = sleep(milliseconds, undefined, { signal }).catch(() => undefined);
    await Promise.race([this.running.empty(), timeout]);
    over.abort();
  }

  /** Calls in a part that must not be broken off are waited for alone: the others are handed back before. */
  private async waitForShielded(): Promise<void> {
    const left = this.running.all();
    const shielded = left.filter((attempt) => attempt.shielded > 0);
    if (shielded.length === 0) return;
    this.cutShort(left.filter((attempt) => attempt.shielded === 0));
    const longest = Math.max(...shielded.map((attempt) => attempt.shielded));
    this.logger.log(
      `${shielded.length} calls must not be broken off where they are; they have up to ${formatDuration(longest)} more`,
    );
    this.onDelayedStop?.(longest);
    await this.emptyWithin(longest);
  }

  private cutShort(attempts: readonly Attempt[]): void {
    if (attempts.length === 0) return;
    this.logger.warn(
      `${attempts.length} calls were still running at the shutdown timeout; they are handed back`,
    );
    for (const attempt of attempts) attempt.cutShort();
  }

  private consume(queue: string, { lockTime }: ResolvedWorker): Consumer {
    const concurrency = this.concurrencyOf(queue);
    return this.broker.consume(
      queue,
      {
        concurrency,
        lockTime,
        onLockLost: (id, task) => {
          this.running.find(id)?.abort(new LockLostError(id));
          this.isolated.dismiss(id, 'lock lost');
          this.sole.dismiss(id);
          this.events.emit('lost', {
            id,
            queue,
            task,
            how: 'lock lost',
            reason: 'its lock was lost while it ran',
          });
        },
        onSettlementRefused: (id, task, { message }) =>
          this.events.emit('lost', { id, queue, task, how: 'refused', reason: message }),
      },
      this.handler.handle,
    );
  }

  /** In the prefork pool no more than there are child processes: what waited for one would be kept from other workers. */
  private concurrencyOf(queue: string): number {
    const own = this.options.queues[queue]?.concurrency ?? 1;
    const { pool, concurrency } = this.options.worker ?? {};
    return pool === 'prefork' ? Math.min(own, this.isolated.mostChildren) : (concurrency ?? own);
  }

  private checkIsolation({ app }: ResolvedWorker): void {
    const isolated = this.ownTasks().find(({ definition }) => definition.policy.isolate);
    if (isolated && !app) throw new IsolationUnavailableError(isolated.definition.name);
  }

  private pause(why: 'clock' | 'abandoned' | 'suspect'): void {
    if (this.pausedFor.size > 0) return void this.pausedFor.add(why);
    this.pausedFor.add(why);
    for (const consumer of this.consumers.values()) void consumer.pause();
  }

  private resume(why: 'clock' | 'abandoned' | 'suspect'): void {
    if (!this.pausedFor.delete(why) || this.pausedFor.size > 0 || this.stopping) return;
    for (const consumer of this.consumers.values()) consumer.resume();
  }
}
