import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Ending {
  readonly code: number | null;
  readonly output: string;
}

/** The reference application, or another program of this repository, in a process of its own. */
export class AppProcess implements AsyncDisposable {
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;
  output = '';

  constructor(
    env: Readonly<Record<string, string>>,
    file = '../../src/main.js',
    args: readonly string[] = [],
  ) {
    const { PATH, HOME, TMPDIR } = process.env;
    const path = fileURLToPath(new URL(file, import.meta.url));
    this.child = fork(path, [...args], { env: { PATH, HOME, TMPDIR, NO_COLOR: '1', ...env }, silent: true });
    // Not 'close': it does not come once the channel was disconnected.
    this.closed = Promise.all([
      once(this.child, 'exit'),
      ...[this.child.stdout!, this.child.stderr!].map((stream) => once(stream, 'end')),
    ]);
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  /** Waits until its output holds something. */
  said(pattern: RegExp, timeout = 60_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const giveUp = (what: string) =>
        reject(new Error(`${what} before it said ${pattern}:\n${this.output}`));
      const timer = setTimeout(() => giveUp(`${timeout} ms passed`), timeout);
      const look = () => {
        const match = pattern.exec(this.output);
        if (match) resolve(match);
      };
      this.child.stdout!.on('data', look);
      this.child.stderr!.on('data', look);
      look();
      void this.closed.then(() => giveUp('it ended')).finally(() => clearTimeout(timer));
    });
  }

  async url(): Promise<string> {
    return (await this.said(/^listening on (\S+)$/m))[1]!;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** What happens to it if the process that started it dies. */
  orphan(): void {
    this.child.disconnect();
  }

  async ended(): Promise<Ending> {
    await this.closed;
    return { code: this.child.exitCode, output: this.output };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.kill('SIGTERM');
      const patience = setTimeout(() => this.kill('SIGKILL'), 30_000);
      await this.closed;
      clearTimeout(patience);
    }
  }
}

/** A directory for data that must not stay. */
export class DataDirectory implements AsyncDisposable {
  private constructor(readonly path: string) {}

  static async create(): Promise<DataDirectory> {
    return new DataDirectory(await mkdtemp(join(tmpdir(), 'celeriac-app-test-')));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
