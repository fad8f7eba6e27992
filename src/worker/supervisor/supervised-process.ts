import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { WorkerReport } from '../worker-report.js';
import { type Launch, launchEnvironment, REPORT_FD } from './launch.js';
import { readMessage, type ToWorker } from './messages.js';
import type { MetricsBook } from './metrics-book.js';
import type { ProcessPulse } from './pulse.js';
import { endedInOrder, type ProcessEnd } from './process-end.js';
import { Questions } from './questions.js';

const BOOT_TIMEOUT = 120_000;
const LAST_WORDS = 1_000;
/** Of one that does not say within this time what it measures, only what it has counted is known. */
const METRICS_PATIENCE = 2_000;
/** Longer than its looks take. */
const HEALTH_PATIENCE = 5_000;

/**
 * A worker process, as its supervisor sees it. It leads a process group of its own: the signals of a terminal do not
 * reach it, and what it started dies with it.
 */
export class SupervisedProcess {
  readonly number: number;
  /** Its report; undefined: it ended before it was ready. */
  readonly ready: Promise<WorkerReport | undefined>;
  /** Why it should be replaced, once it says so. */
  readonly tainted: Promise<string>;
  readonly exited: Promise<ProcessEnd>;
  report: WorkerReport | undefined;
  /** Why it could not boot. */
  failure: string | undefined;

  private readonly process: ChildProcess;
  private delayedUntil = 0;
  private heardAt = performance.now();
  private consuming = false;
  private readyAt: number | undefined;
  private onReady!: (report: WorkerReport | undefined) => void;
  private onTainted!: (reason: string) => void;
  private readonly questions = new Questions();

  constructor(
    script: string,
    launch: Launch,
    onReportLine: (line: string) => void,
    private readonly metrics: MetricsBook | undefined,
  ) {
    this.number = launch.number;
    this.ready = new Promise((resolve) => (this.onReady = resolve));
    this.tainted = new Promise((resolve) => (this.onTainted = resolve));
    this.process = fork(script, [], {
      detached: true,
      env: launchEnvironment(launch),
      // An inspector of the supervisor's has its port already.
      execArgv: process.execArgv.filter((flag) => !flag.startsWith('--inspect')),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'],
    });
    const slow = setTimeout(() => this.bootTookTooLong(), BOOT_TIMEOUT);
    this.process.on('message', (message) => this.receive(message));
    this.exited = this.end().finally(() => {
      clearTimeout(slow);
      this.onReady(undefined);
      metrics?.ended(this);
    });
    void this.ready.then(() => clearTimeout(slow));
    this.readReports(onReportLine);
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** Milliseconds since it was ready. */
  get worked(): number {
    return this.readyAt === undefined ? 0 : performance.now() - this.readyAt;
  }

  /** Milliseconds that its stop takes longer than others'. */
  get delay(): number {
    return Math.max(0, this.delayedUntil - performance.now());
  }

  get pulse(): ProcessPulse {
    const { number, pid, consuming, report } = this;
    return {
      number,
      pid,
      consuming,
      ready: report !== undefined,
      silentFor: performance.now() - this.heardAt,
    };
  }

  /** One that cannot be told hears that its channel is closed, and stops by itself. */
  tell(order: ToWorker): void {
    if (this.process.connected) this.process.send(order, () => undefined);
  }

  /** What it measures now; undefined: it does not say. */
  async measure(): Promise<readonly unknown[] | undefined> {
    if (!this.report || !this.process.connected) return undefined;
    return this.questions.ask((metrics) => this.tell({ metrics }), METRICS_PATIENCE);
  }

  /** What its HealthModule sees; empty: it has none; undefined: it does not say. */
  async look(): Promise<readonly unknown[] | undefined> {
    if (!this.report || !this.process.connected) return undefined;
    return this.questions.ask((health) => this.tell({ health }), HEALTH_PATIENCE);
  }

  /** Ends it and all it started, at once. */
  kill(): void {
    this.killGroup();
    this.process.kill('SIGKILL');
  }

  private end(): Promise<ProcessEnd> {
    return new Promise((resolve) => {
      this.process.once('exit', (code, signal) => {
        if (!endedInOrder({ code, signal })) this.killGroup();
        resolve({ code, signal });
      });
      this.process.on('error', (refusal) => {
        if (this.process.pid === undefined) resolve({ code: null, signal: null, refusal });
      });
    });
  }

  private killGroup(): void {
    try {
      if (this.process.pid !== undefined) process.kill(-this.process.pid, 'SIGKILL');
    } catch {
      // Nobody is left in it.
    }
  }

  private receive(raw: unknown): void {
    const message = readMessage(raw);
    if (!message) return;
    if ('failed' in message) this.failure = message.failed;
    else if ('tainted' in message) this.onTainted(message.tainted);
    else if ('delayed' in message) this.delayedUntil = performance.now() + message.delayed;
    else if ('consuming' in message) this.beat(message.consuming);
    else if ('counted' in message) this.metrics?.note(this, message.counted);
    else if ('metrics' in message) this.questions.answer(message.answers, message.metrics);
    else if ('health' in message) this.questions.answer(message.answers, message.health);
    else {
      this.readyAt = performance.now();
      this.beat(true);
      this.report = message.ready;
      this.onReady(message.ready);
    }
  }

  private beat(consuming: boolean): void {
    this.heardAt = performance.now();
    this.consuming = consuming;
  }

  private bootTookTooLong(): void {
    this.failure = `It was not ready after ${BOOT_TIMEOUT / 1_000} s.`;
    this.kill();
  }

  private readReports(onLine: (line: string) => void): void {
    // There is none if the system refused to start the process.
    const stdio = this.process.stdio as readonly unknown[] | undefined;
    const pipe = stdio?.[REPORT_FD] as Readable | null | undefined;
    if (!pipe) return;
    pipe.on('error', () => undefined);
    createInterface({ input: pipe })
      .on('line', onLine)
      .on('error', () => undefined);
    // Not its end: what the process started may hold the other end open.
    void this.exited.then(() => setTimeout(() => pipe.destroy(), LAST_WORDS).unref());
  }
}
