import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { atMost } from '../../tasks/at-most.js';
import type { AppLocation } from '../../tasks/options/app-location.js';
import type { Count } from '../../tasks/metrics/counts.js';
import { ChildBootError } from '../../tasks/errors/worker.errors.js';
import { BegunCount } from './begun-count.js';
import { LastLines } from './last-lines.js';
import type { FromChild, RunMessage, ToChild } from './protocol.js';
import { WholeLines } from './whole-lines.js';

const MAIN = fileURLToPath(new URL('./child/main.js', import.meta.url));
const BOOT_TIMEOUT = 60_000;
const STOP_TIMEOUT = 2_000;
const LAST_WORDS = 100;

/** How a child came to its end. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Whom the messages of a child concern while it runs a call. */
export interface ChildListener {
  onMessage(message: FromChild): void;
  onExit(exit: ChildExit): void;
}

/**
 * A child process that has booted the application, and runs one call after another. It leads a process group of its
 * own, so that killing it takes what it started along; and it ends itself when its parent is gone.
 */
export class Child {
  /** Calls it has been given. */
  calls = 0;
  /** Resident memory in bytes when last told. */
  memory: number | null = null;
  /** Why it is not to be given another call. */
  tainted: string | undefined;
  tasks: ReadonlySet<string> = new Set();
  readonly exited: Promise<ChildExit>;
  readonly lines = new LastLines();
  /** Once it is dead: whether the code of its last call had begun. Else it died of what an earlier one had left there. */
  begun = false;

  private readonly process: ChildProcess;
  private listener: ChildListener | undefined;
  private exit: ChildExit | undefined;
  private killed = false;

  /** @param onCounts told what has been counted in it */
  constructor(
    app: AppLocation,
    private readonly onCounts: (counts: readonly Count[]) => void,
  ) {
    const execArgv = process.execArgv.filter((flag) => !flag.startsWith('--inspect'));
    const count = BegunCount.create();
    const args = [...execArgv, MAIN, app.file, app.name ?? '', String(process.pid)];
    this.process = spawn(process.execPath, args, {
      detached: true,
      // The pipe for reports is the worker's own.
      env: { ...process.env, CELERIAC_REPORT_FD: undefined },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', count.descriptor],
    });
    this.exited = new Promise((resolve) => {
      const end = (exit: ChildExit) => {
        if (this.exit) return;
        this.exit = exit;
        this.begun = count.read() >= this.calls;
        count.close();
        this.listener?.onExit(exit);
        this.listener = undefined;
        resolve(exit);
      };
      this.process.once('exit', (code, signal) => {
        this.killGroup();
        // What it wrote last may be on its way still.
        void atMost(LAST_WORDS, once(this.process, 'close')).then(() => end({ code, signal }));
      });
      this.process.once('error', () => this.process.pid === undefined && end({ code: null, signal: null }));
    });
    this.process.on('error', () => undefined);
    this.process.on('message', (message) => this.receive(message as FromChild));
    this.forward('stdout');
    this.forward('stderr');
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** Whether it can be given a call. */
  get alive(): boolean {
    return this.exit === undefined && !this.killed;
  }

  /** Waits until the application is up. @throws {@link ChildBootError} */
  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (problem?: string) => {
        clearTimeout(timer);
        this.listener = undefined;
        if (problem === undefined) return resolve();
        this.kill();
        reject(new ChildBootError(problem, this.lines.list()));
      };
      const timer = setTimeout(
        () => settle(`it was not ready after ${BOOT_TIMEOUT / 1_000} s`),
        BOOT_TIMEOUT,
      );
      this.listener = {
        onMessage: (message) => {
          if (message.type === 'unfit') settle(message.message);
          if (message.type !== 'ready') return;
          this.tasks = new Set(message.tasks);
          settle();
        },
        onExit: (exit) => settle(`it ended before it was ready (${describeExit(exit)})`),
      };
    });
  }

  /** Gives it a call. It is told to nobody else until the call has ended. */
  run(call: RunMessage, listener: ChildListener): void {
    this.calls++;
    const { exit } = this;
    if (exit) return queueMicrotask(() => listener.onExit(exit));
    this.listener = listener;
    this.send(call);
  }

  /** The call has ended, or does not concern anybody any more. */
  leave(): void {
    this.listener = undefined;
  }

  send(message: ToChild): void {
    // A child that cannot be reached is about to exit, which is told by itself.
    if (this.process.connected) this.process.send(message);
  }

  /** Ends it and all it started, at once. */
  kill(): void {
    if (this.exit) return;
    this.killed = true;
    this.killGroup();
    this.process.kill('SIGKILL');
  }

  /** Ends it in good order, within a bound. */
  async stop(): Promise<void> {
    this.send({ type: 'stop' });
    const timer = setTimeout(() => this.kill(), STOP_TIMEOUT);
    await this.exited;
    clearTimeout(timer);
  }

  private killGroup(): void {
    try {
      if (this.process.pid !== undefined) process.kill(-this.process.pid, 'SIGKILL');
    } catch {
      // Nobody is left in it.
    }
  }

  private receive(message: FromChild): void {
    if (message.type === 'memory' || message.type === 'ended') this.memory = message.memory;
    if (message.type === 'ended' && message.tainted !== undefined) this.tainted = message.tainted;
    if (message.type === 'ended' && message.counts) this.onCounts(message.counts);
    this.listener?.onMessage(message);
  }

  private forward(name: 'stdout' | 'stderr'): void {
    const whole = new WholeLines((lines) => process[name].write(lines));
    this.process[name]
      ?.setEncoding('utf8')
      .on('data', (chunk: string) => {
        this.lines.add(chunk);
        whole.add(chunk);
      })
      .on('end', () => whole.end());
  }
}

/** `exit code 1`, `SIGKILL`. */
export const describeExit = ({ code, signal }: ChildExit): string =>
  signal ?? `exit code ${code ?? 'unknown'}`;
