import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TasksModuleOptions } from '../../../src/index.js';
import { workerEnvironment } from './settings.js';

const SCRIPT = fileURLToPath(new URL('../fixtures/worker.js', import.meta.url));

/** A worker in a process of its own. */
export class WorkerProcess {
  private constructor(private readonly child: ChildProcess) {}

  static async start(options: TasksModuleOptions): Promise<WorkerProcess> {
    const child = fork(SCRIPT, {
      env: workerEnvironment(options),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) =>
        Promise.reject(new Error(`The worker did not start: ${String(code)}`)),
      ),
    ]);
    return new WorkerProcess(child);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    await exited;
  }
}
