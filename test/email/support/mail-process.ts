import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { DoomedSend } from '../fixtures/doomed-sender.js';
import type { MailAppOptions } from './mail-app.js';

/** A sender that has not died by then does not. */
const LONGEST_LIFE = 30_000;

/** An application with e-mail in a process of its own, which may be killed. */
export class MailProcess {
  private constructor(private readonly child: ChildProcess) {}

  /** One that sends e-mails. */
  static async worker(options: MailAppOptions): Promise<MailProcess> {
    const child = run('../fixtures/mail-worker.js', options);
    const exited = once(child, 'exit').then(() => {
      throw new Error('the worker process ended while it booted');
    });
    await Promise.race([once(child, 'message'), exited]);
    exited.catch(() => undefined);
    return new MailProcess(child);
  }

  /** One that accepts an e-mail, and is killed in the middle of it. @returns when it is dead */
  static async doomedSender(send: DoomedSend): Promise<void> {
    await death(run('../fixtures/doomed-sender.js', send));
  }

  /** One that is killed when it has stored the first half of an attachment. @returns when it is dead */
  static async doomedUploader(options: MailAppOptions): Promise<void> {
    await death(run('../fixtures/doomed-uploader.js', options));
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}

async function death(child: ChildProcess): Promise<void> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, LONGEST_LIFE);
  const [, signal] = (await once(child, 'exit')) as [unknown, string];
  clearTimeout(timer);
  if (late || signal !== 'SIGKILL') throw new Error('the process did not die as it should');
}

const run = (script: string, argument: object): ChildProcess =>
  fork(fileURLToPath(new URL(script, import.meta.url)), [JSON.stringify(argument)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
