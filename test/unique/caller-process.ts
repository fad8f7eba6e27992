import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TasksModuleOptions } from '../../src/index.js';
import { until } from '../support/until.js';
import type { Burst, BurstResult } from './fixtures/caller.js';

/** A process that only calls, seen from its parent. */
export class CallerProcess {
  private readonly messages: unknown[] = [];

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message) => this.messages.push(message));
  }

  static async start(options: TasksModuleOptions): Promise<CallerProcess> {
    const path = fileURLToPath(new URL('./fixtures/caller.js', import.meta.url));
    const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
    const caller = new CallerProcess(fork(path, [JSON.stringify(options)], { stdio: [...stdio] }));
    await caller.said('ready');
    return caller;
  }

  begin(burst: Burst): void {
    this.child.send(burst);
  }

  /** Calls so often at once; what came of it. */
  async burst(burst: Burst): Promise<BurstResult> {
    const earlier = this.messages.length;
    this.begin(burst);
    const isResult = (message: unknown) => (message as Partial<BurstResult>).key === burst.key;
    await until(() => this.messages.slice(earlier).some(isResult));
    return this.messages.slice(earlier).find(isResult) as BurstResult;
  }

  async said(message: string): Promise<void> {
    await until(
      () => this.messages.includes(message),
      20_000,
      () => `the caller says ${message}`,
    );
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}
