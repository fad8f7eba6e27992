import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '../../support/until.js';

/** A process of a suite's own, running one of the fixtures. */
export class Child {
  readonly messages: string[] = [];
  readonly exited: Promise<NodeJS.Signals | null>;

  private constructor(private readonly process: ChildProcess) {
    process.on('message', (message) => this.messages.push(message as string));
    this.exited = once(process, 'exit').then(([, signal]) => signal as NodeJS.Signals | null);
  }

  static start(fixture: string, options: object): Child {
    const path = fileURLToPath(new URL(`../fixtures/${fixture}.js`, import.meta.url));
    return new Child(
      fork(path, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
    );
  }

  send(message: object): void {
    this.process.send(message);
  }

  /** Waits until it has said something. */
  async said(message: string): Promise<this> {
    await until(
      () => this.messages.includes(message),
      20_000,
      () => `the child process says ${message}`,
    );
    return this;
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  async kill(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGKILL');
    await this.exited;
  }
}
