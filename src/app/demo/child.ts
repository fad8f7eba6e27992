import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface ChildOptions {
  readonly file: URL;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes what it writes. */
  readonly outputFile: string;
}

/** A Node process that belongs to this one, and ends when it is disposed of. */
export class Child implements AsyncDisposable {
  private readonly process: ChildProcess;
  private readonly ended: Promise<unknown>;
  private output = '';

  constructor({ file, args = [], env, outputFile }: ChildOptions) {
    // A group of its own: Ctrl-C is for the demo, which then ends its children in order.
    this.process = fork(fileURLToPath(file), [...args], { env, detached: true, silent: true });
    this.ended = once(this.process, 'exit');
    const log = createWriteStream(outputFile, { flags: 'a' });
    for (const stream of [this.process.stdout!, this.process.stderr!]) {
      stream.pipe(log, { end: false });
      stream.on('data', (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-16_384)));
    }
    void this.ended.then(() => log.end());
  }

  /** Waits until it has written something. @throws if it ends before */
  said(pattern: RegExp, signal: AbortSignal): Promise<RegExpExecArray> {
    return this.awaited(signal, (resolve) => {
      const look = () => {
        const match = pattern.exec(this.output);
        if (match) resolve(match);
      };
      this.process.stdout!.on('data', look);
      look();
    });
  }

  /** Hears its IPC channel. */
  protected onMessage(listener: (message: unknown) => void): void {
    this.process.on('message', listener);
  }

  /** Asks it to stop; after 30 s it is killed. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGTERM');
    const patience = setTimeout(() => this.process.kill('SIGKILL'), 30_000);
    await this.ended;
    clearTimeout(patience);
  }

  /** @throws if it ends before */
  protected awaited<T>(signal: AbortSignal, wait: (resolve: (value: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      wait(resolve);
      signal.throwIfAborted();
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      void this.ended.then(() =>
        reject(new Error(`A process of the demo ended before it was ready:\n${this.output.trim()}`)),
      );
    });
  }
}
