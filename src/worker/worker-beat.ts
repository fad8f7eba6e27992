import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { atMost } from '../tasks/at-most.js';
import type { Broker } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import { processName } from '../tasks/process-name.js';
import { processRole } from '../tasks/process-role.js';
import { type OldestAttempt, workerBeatId, type WorkerState } from '../tasks/worker-state.js';
import { AbandonedRuns } from './abandoned-runs.js';
import { RunningAttempts } from './running-attempts.js';

/** One that went without a word is remembered for this time, so that it is missed. */
const REMEMBERED = 300_000;
const LEAVING_TIME = 1_000;
/** Intervals between two beats that tell of a process that was stopped, or whose event loop was blocked. */
const SLEPT = 2;
const LAG_RESOLUTION = 20;

/** What only the worker itself knows. */
export type WorkerFacts = Pick<WorkerState, 'pool' | 'tasks' | 'pausedFor'> & {
  readonly queues: readonly string[];
};

/**
 * Says again and again that this worker is there, from its event loop: one that is blocked, stopped or dead goes silent,
 * and that is what others look for.
 */
@Injectable()
export class WorkerBeat {
  private readonly logger = new Logger('Worker');
  private readonly startedAt = performance.now();
  private readonly deliveries = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private lag: IntervalHistogram | undefined;
  private going: Promise<void> | undefined;
  private facts: (() => WorkerFacts) | undefined;
  private silent = false;
  private awakeSince = performance.now();
  private lastBeat = performance.now();

  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    private readonly running: RunningAttempts,
    private readonly abandoned: AbandonedRuns,
  ) {}

  /** A queue has handed this worker a call. */
  delivered(queue: string): void {
    this.deliveries.set(queue, performance.now());
  }

  start(facts: () => WorkerFacts, interval: number): void {
    this.facts = facts;
    this.lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION });
    this.lag.enable();
    this.beat(interval);
    this.timer = setInterval(() => this.beat(interval), interval).unref();
  }

  /** Nobody will miss it. */
  async stop(): Promise<void> {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.lag?.disable();
    const leave = async () => {
      await this.going;
      await this.broker.presence.leave(workerBeatId(slot()));
    };
    await atMost(
      LEAVING_TIME,
      leave().catch(() => undefined),
    );
  }

  /** What this worker says of itself. */
  state(every: number): WorkerState {
    const now = performance.now();
    const { queues, ...facts } = this.facts?.() ?? { queues: [], pool: 'async', tasks: [], pausedFor: [] };
    const idle = queues.map((name) => {
      const last = this.deliveries.get(name);
      return [name, last === undefined ? null : Math.round(now - last)] as const;
    });
    return {
      kind: 'worker',
      process: processName(),
      every,
      upFor: Math.round(now - this.startedAt),
      awakeFor: Math.round(now - this.awakeSince),
      ...facts,
      queues: Object.fromEntries(idle),
      active: this.running.all().length,
      oldest: this.oldest(),
      eventLoopLag: this.takeLag(),
    };
  }

  private beat(interval: number): void {
    const now = performance.now();
    if (this.silent || now - this.lastBeat > SLEPT * interval) this.awakeSince = now;
    this.lastBeat = now;
    this.going ??= this.broker.presence
      .beat(workerBeatId(slot()), this.state(interval), REMEMBERED)
      .then(
        () => (this.silent = false),
        (error: unknown) => {
          if (!this.silent) this.logger.debug(`Could not say that it is there: ${String(error)}`);
          this.silent = true;
        },
      )
      .then(() => void (this.going = undefined));
  }

  private oldest(): OldestAttempt | null {
    const abandoned = this.abandoned
      .list()
      .map(({ id, task, seconds }) => ({ id, task, runningFor: seconds * 1_000, overdue: true }));
    const running = this.running
      .all()
      .map(({ id, name, elapsed }) => ({ id, task: name, runningFor: Math.round(elapsed), overdue: false }));
    return [...abandoned, ...running].toSorted((a, b) => b.runningFor - a.runningFor)[0] ?? null;
  }

  /** The histogram's own resolution is part of every value. */
  private takeLag(): WorkerState['eventLoopLag'] {
    const { lag } = this;
    if (!lag || lag.count === 0) return { mean: 0, max: 0 };
    const above = (nanoseconds: number) => Math.max(0, Math.round(nanoseconds / 1e6 - LAG_RESOLUTION));
    const taken = { mean: above(lag.mean), max: above(lag.max) };
    lag.reset();
    return taken;
  }
}

/** A process that takes the place of a dead one under the same supervisor speaks for it. */
function slot(): string {
  const role = processRole();
  return (role.kind === 'worker' ? role.slot : undefined) ?? processName();
}
