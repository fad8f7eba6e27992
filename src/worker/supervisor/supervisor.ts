import { setTimeout as sleep } from 'node:timers/promises';
import { atMost } from '../../tasks/at-most.js';
import { parseDuration } from '../../tasks/duration.js';
import type { WorkerOptions } from '../../tasks/options/module-options.js';
import type { WorkerReport } from '../worker-report.js';
import { WorkerStartError } from './errors.js';
import { judgePulses, type SupervisorHealth } from './pulse.js';
import type { MetricsBook } from './metrics-book.js';
import { describeEnd, endedInOrder, type ProcessEnd } from './process-end.js';
import { Recovery } from './recovery.js';
import { Slot } from './slot.js';
import { stageAfter, type StopSignal, type StopStage } from './stop-stage.js';
import { SupervisedProcess } from './supervised-process.js';
import { SupervisorLog } from './supervisor-log.js';

/** For what a process does beyond waiting for its calls. With the default shutdownTimeout, all of a stop fits into 30 s. */
const CLOSING_TIME = 8_000;
/** For killed processes to be gone, and their calls to be back. */
const KILLING_TIME = 5_000;
/** What a process sent before it was killed may reach the store a little after its death is known here. */
const SECOND_LOOK = 500;
const DEFAULT_PATIENCE = '20s';

export interface SupervisorOptions {
  /** The script that worker processes run. */
  readonly script: string;
  readonly processes: number;
  /** What worker processes are told. */
  readonly worker: WorkerOptions;
  /** Where what they count is kept; undefined: nobody wants to know. */
  readonly metrics?: MetricsBook;
  /** Told once, when the first of them is ready, unless it is to stop already. */
  onReady(report: WorkerReport): void;
}

/**
 * Keeps worker processes alive. It loads nothing of the application's: what harms a worker process does not harm it, so
 * it can put back at once what the process held.
 */
export class Supervisor {
  private readonly log = new SupervisorLog();
  private readonly stopping = new AbortController();
  private readonly processes = new Set<SupervisedProcess>();
  /** Ends of processes that are being seen to. */
  private readonly endings = new Set<Promise<void>>();
  private stage: StopStage = 'running';
  private recovery: Recovery | undefined;
  private failure: string | undefined;
  private unreclaimed = false;
  private deadline: NodeJS.Timeout | undefined;
  private leave!: () => void;

  constructor(private readonly options: SupervisorOptions) {}

  /**
   * Runs until it is told to stop.
   *
   * @returns whether all that ran was finished or handed back in time
   * @throws {@link WorkerStartError}
   */
  async run(): Promise<boolean> {
    const slots = Array.from({ length: this.options.processes }, (_, index) =>
      new Slot(
        index + 1,
        (number) => this.start(number),
        (process) => this.retire(process),
        this.log,
      ).fill(this.stopping.signal),
    );
    const left = new Promise<void>((resolve) => (this.leave = resolve));
    await Promise.race([left, Promise.all(slots).then(() => this.allEnded())]);
    clearTimeout(this.deadline);
    await this.recovery?.close();
    if (this.failure !== undefined) throw new WorkerStartError(this.failure);
    return this.stage !== 'forced' && !this.unreclaimed;
  }

  signal(signal: StopSignal): void {
    this.goTo(stageAfter(this.stage, signal));
  }

  /** How its processes are. */
  health(): SupervisorHealth {
    const pulses = [...this.processes].map(({ pulse }) => pulse);
    return judgePulses(pulses, this.options.processes, this.stage !== 'running');
  }

  /** What the HealthModule of a process that answers sees; empty: it has none; undefined: none answers. */
  async look(): Promise<readonly unknown[] | undefined> {
    const looks = [...this.processes].map(async (process) => {
      const seen = await process.look();
      if (!seen) throw new Error('It does not say');
      return seen;
    });
    return Promise.any(looks).catch(() => undefined);
  }

  /** What each process measures now that says so in time. */
  async measure(): Promise<ReadonlyMap<object, readonly unknown[]>> {
    const asked = [...this.processes].map(async (process) => [process, await process.measure()] as const);
    const answers = await Promise.all(asked);
    return new Map(answers.flatMap(([process, metrics]) => (metrics ? [[process, metrics] as const] : [])));
  }

  private goTo(stage: StopStage): void {
    if (stage === this.stage || stage === 'running') return;
    this.stage = stage;
    const patience = stage === 'warm' ? this.patience() : 0;
    if (this.failure === undefined) this.log.stopping(stage, patience);
    this.stopping.abort();
    clearTimeout(this.deadline);
    if (stage === 'forced') {
      for (const process of this.processes) process.kill();
      this.deadline = setTimeout(() => this.leave(), KILLING_TIME);
    } else {
      for (const process of this.processes) process.tell(stage === 'warm' ? 'stop' : 'stop now');
      this.deadline = setTimeout(() => this.overdue(), patience + CLOSING_TIME);
    }
  }

  private overdue(): void {
    const delay = Math.max(0, ...[...this.processes].map((process) => process.delay));
    if (delay > 0 && this.stage === 'warm') {
      this.deadline = setTimeout(() => this.overdue(), delay + CLOSING_TIME);
      return;
    }
    for (const process of this.processes) this.log.overdue(process);
    this.goTo('forced');
  }

  private start(number: number): SupervisedProcess {
    const { script, worker, metrics } = this.options;
    const launch = { number, worker, metrics: metrics !== undefined };
    const onReportLine = (line: string) => this.log.report(process, line);
    const process = new SupervisedProcess(script, launch, onReportLine, metrics);
    this.processes.add(process);
    void process.ready.then((report) => report && this.onReady(process, report));
    const ending = process.exited
      .then((end) => this.onEnd(process, end))
      .finally(() => this.endings.delete(ending));
    this.endings.add(ending);
    return process;
  }

  private onReady(process: SupervisedProcess, report: WorkerReport): void {
    if (!this.recovery) {
      this.recovery = new Recovery(report.broker);
      this.recovery.open().catch((error: unknown) => this.log.noBroker(error));
      if (this.stage === 'running') this.options.onReady(report);
    }
    this.log.ready(process);
  }

  private async onEnd(process: SupervisedProcess, end: ProcessEnd): Promise<void> {
    this.processes.delete(process);
    // Nothing has been ready yet: what keeps this one from starting will keep all of them from it.
    if (!this.recovery && (this.stage === 'running' || this.failure !== undefined)) {
      this.failure ??= process.failure ?? `Its process ended before it was ready: ${describeEnd(end)}.`;
      return this.stage === 'running' ? this.goTo('cold') : undefined;
    }
    this.log.ended(process, end);
    await this.reclaim(process, end);
    if (endedInOrder(end)) return;
    await sleep(SECOND_LOOK);
    await this.reclaim(process, end);
  }

  private async reclaim(process: SupervisedProcess, end: ProcessEnd): Promise<void> {
    if (!process.report || !this.recovery) return;
    const reclaimed = await this.recovery.reclaim(process.report);
    await this.recovery.keepCrash(reclaimed.ids, process.pid, end);
    this.log.reclaimed(process, reclaimed);
    if (reclaimed.errors.length > 0 && this.stopping.signal.aborted) this.unreclaimed = true;
  }

  private retire(process: SupervisedProcess): void {
    process.tell('stop');
    void this.awaitEnd(process, process.report?.shutdownTimeout ?? 0);
  }

  private async awaitEnd(process: SupervisedProcess, patience: number): Promise<void> {
    if (await atMost(patience + CLOSING_TIME, process.exited)) return;
    if (process.delay > 0) return this.awaitEnd(process, process.delay);
    this.log.overdue(process);
    process.kill();
  }

  private async allEnded(): Promise<void> {
    while (this.endings.size > 0) await Promise.all(this.endings);
  }

  private patience(): number {
    const told = parseDuration(this.options.worker.shutdownTimeout ?? DEFAULT_PATIENCE);
    const reported = [...this.processes].map(({ report }) => report?.shutdownTimeout ?? told);
    return Math.max(0, ...reported);
  }
}
