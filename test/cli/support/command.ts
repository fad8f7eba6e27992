import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PATIENCE, until } from '../../support/until.js';
import { processes, processTree } from './processes.js';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));

/** A run of `celeriac`, in a process of its own. */
export class Command {
  /** What it and its worker processes have written, to stdout and stderr. */
  output = '';
  /** Of that, what it has written to stdout. */
  stdout = '';
  /** Its exit code, or the signal that killed it. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** It has exited, and what it wrote has been read; not before its worker processes have ended, too. */
  readonly closed: Promise<unknown>;
  private readonly tree = new Map<number, string>();

  private constructor(private readonly process: ChildProcess) {
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    process.stdout?.on('data', (text: string) => (this.stdout += text));
    this.closed = once(process, 'close');
    this.exited = once(process, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  }

  static run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Command {
    const environment = { ...process.env, NO_COLOR: '1', ...env };
    return new Command(
      spawn(process.execPath, [MAIN, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
  }

  /** Its worker processes that were ready, in that order. */
  get workers(): number[] {
    return [...this.output.matchAll(/worker \d+ \(pid (\d+)\) is ready/g)].map(([, pid]) => Number(pid));
  }

  /** Waits until it has started a worker process, ready or not. */
  async started(): Promise<void> {
    await until(() => processTree(this.process.pid ?? 0).length > 1);
  }

  /** Waits until so many worker processes have been ready. */
  async ready(count = 1): Promise<number[]> {
    await until(
      () => this.workers.length >= count,
      PATIENCE,
      () => `${count} worker processes are ready; there is\n${this.output}`,
    );
    this.look();
    return this.workers;
  }

  /** Waits until it has written something. */
  async wrote(text: string | RegExp): Promise<void> {
    const found = () => (typeof text === 'string' ? this.output.includes(text) : text.test(this.output));
    await until(found, PATIENCE, () => `${String(text)} is written; there is\n${this.output}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.look();
    this.process.kill(signal);
  }

  /** As a service manager may do it. */
  signalAll(signal: NodeJS.Signals): void {
    this.look();
    for (const pid of this.survivors()) send(pid, signal);
  }

  /** Sends a signal and waits for what comes of it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals> {
    this.signal(signal);
    return this.exited;
  }

  /** Processes of its whole tree that are still there. */
  survivors(): number[] {
    return processes().flatMap(({ pid, startedAt }) => (this.tree.get(pid) === startedAt ? pid : []));
  }

  /** Ends all of it. */
  async kill(): Promise<void> {
    this.look();
    this.process.kill('SIGKILL');
    for (const pid of this.survivors()) send(pid, 'SIGKILL');
    await this.exited;
  }

  /** Takes note of the processes it has now: once it is gone, they have another parent. */
  private look(): void {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    for (const { pid, startedAt } of processTree(this.process.pid ?? 0)) this.tree.set(pid, startedAt);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
