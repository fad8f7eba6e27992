import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { MortalWorker } from '../fixtures/mortal-worker.js';
import type { MailAppOptions } from '../support/mail-app.js';
import { isWirePoint, type WorkerPoint } from './points.js';
import { type Strike, Wiretap } from './wiretap.js';

const SCRIPT = fileURLToPath(new URL('../fixtures/mortal-worker.js', import.meta.url));
/** A worker that came to no message in this time is killed where it is. */
const LONGEST_LIFE = 60_000;

/** How a worker came to its end. */
export interface Death {
  readonly point: WorkerPoint;
  /** Whether it was at its point, or had waited too long. */
  readonly struck: boolean;
  readonly strike: Strike | undefined;
}

/** The place of one worker after the other; between it and the SMTP server there is a tap. */
export class MortalWorkers {
  private constructor(
    private readonly tap: Wiretap,
    private readonly app: MailAppOptions,
    private readonly lastWords: string,
  ) {}

  static async at(smtpPort: number, app: MailAppOptions, lastWords: string): Promise<MortalWorkers> {
    const tap = await Wiretap.to(smtpPort);
    const email = { ...app.email, transport: `smtp://127.0.0.1:${tap.port}` };
    return new MortalWorkers(tap, { ...app, email }, lastWords);
  }

  /** Lets one work until it dies at this point. */
  async sacrifice(point: WorkerPoint): Promise<Death> {
    let strike: Strike | undefined;
    const worker = this.fork(point);
    const exited = once(worker, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    if (isWirePoint(point)) {
      this.tap.arm(point, (hit) => {
        strike = hit;
        worker.kill('SIGKILL');
      });
    }
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      worker.kill('SIGKILL');
    }, LONGEST_LIFE);
    const [, signal] = await exited;
    clearTimeout(timer);
    if (signal !== 'SIGKILL') throw new Error(`a worker that was to die at ${point} ended by itself`);
    return { point, struck: !late, strike };
  }

  /** One that nobody kills. */
  async survivor(): Promise<ChildProcess> {
    const worker = this.fork(null);
    await once(worker, 'message');
    return worker;
  }

  close(): Promise<void> {
    return this.tap.close();
  }

  private fork(diesAt: WorkerPoint | null): ChildProcess {
    const argument: MortalWorker = { app: this.app, diesAt, lastWords: this.lastWords };
    return fork(SCRIPT, [JSON.stringify(argument)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  }
}
