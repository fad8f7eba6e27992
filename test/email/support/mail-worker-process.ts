import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { MailAppOptions } from './mail-app.js';

const SCRIPT = fileURLToPath(new URL('../fixtures/mail-worker.js', import.meta.url));

/** A worker in a process of its own, which may be killed. */
export class MailWorkerProcess {
  private constructor(private readonly child: ChildProcess) {}

  static async start(options: MailAppOptions): Promise<MailWorkerProcess> {
    const child = fork(SCRIPT, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const exited = once(child, 'exit').then(() => {
      throw new Error('the worker process ended while it booted');
    });
    await Promise.race([once(child, 'message'), exited]);
    exited.catch(() => undefined);
    return new MailWorkerProcess(child);
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}
