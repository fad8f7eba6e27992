import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TasksModuleOptions } from '../../src/index.js';
import { until } from '../support/until.js';

interface Message {
  ran?: string;
  retries?: number;
  ready?: true;
  refused?: string;
  message?: string;
}

/** A worker process, seen from its parent. */
export class WorkerProcess {
  readonly messages: Message[] = [];
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message) => this.messages.push(message as Message));
    this.exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  }

  static start(options: TasksModuleOptions, { clock }: { clock?: number } = {}): WorkerProcess {
    const path = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.js`, import.meta.url));
    const execArgv = clock === undefined ? [] : ['--import', path('wrong-clock')];
    const env = { ...process.env, WRONG_CLOCK: String(clock ?? 0) };
    return new WorkerProcess(
      fork(path('worker'), [JSON.stringify(options)], {
        execArgv,
        env,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      }),
    );
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  runs(key: string): number {
    return this.messages.filter(({ ran }) => ran === key).length;
  }

  async ready(): Promise<this> {
    await until(
      () => this.messages.some(({ ready }) => ready),
      20_000,
      () => 'the worker process is ready',
    );
    return this;
  }

  async kill(
    signal: NodeJS.Signals = 'SIGKILL',
  ): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    if (!this.ended) this.child.kill(signal);
    return this.exited;
  }
}
