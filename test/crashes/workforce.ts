import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TasksModuleOptions } from '../../src/index.js';
import type { Broker } from '../../src/tasks/broker-port.js';
import { until } from '../support/until.js';
import { CHILDREN } from './workplace.js';
import type { Ready } from './fixtures/worker.js';

const WORKER = fileURLToPath(new URL('./fixtures/worker.js', import.meta.url));
/** Soon used up, by those who mean to. */
const HEAP = '--max-old-space-size=96';
const LONGEST_BOOT = 40_000;

export interface Workplace {
  readonly options: TasksModuleOptions;
  readonly ledger: string;
  /** Where the processes write. */
  readonly log: string;
  readonly size: number;
}

/** Worker processes, each of which is replaced when it has died, as a supervisor does. */
export class Workforce {
  /** Whether the calls of a dead process are taken back at once, or wait until their locks have run out. */
  supervised = true;
  private readonly running = new Map<ChildProcess, Ready | undefined>();
  private readonly slots: Promise<void>[];
  private readonly log: number;
  private stopping = false;

  constructor(
    private readonly place: Workplace,
    private readonly broker: Broker,
  ) {
    this.log = openSync(place.log, 'a');
    this.slots = Array.from({ length: place.size }, () => this.keep());
  }

  get size(): number {
    return this.place.size;
  }

  /** Waits until so many of them take work. */
  async ready(count: number): Promise<void> {
    await until(
      () => [...this.running.values()].filter(Boolean).length >= count,
      LONGEST_BOOT,
      () => `${count} worker processes are ready`,
    );
  }

  /** Lets one go on that is stopped. */
  continue(pid: number): void {
    for (const child of this.running.keys()) if (child.pid === pid) child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.stopping = true;
    for (const child of this.running.keys()) child.kill('SIGKILL');
    await Promise.all(this.slots);
    closeSync(this.log);
  }

  private async keep(): Promise<void> {
    while (!this.stopping) {
      const child = this.start();
      const [, ready] = await Promise.all([once(child, 'exit'), this.greet(child)]);
      this.running.delete(child);
      if (!this.supervised || this.stopping) continue;
      for (const { queue, owner } of ready?.owners ?? []) await this.broker.reclaim(queue, owner);
    }
  }

  private start(): ChildProcess {
    const { options, ledger } = this.place;
    const child = fork(WORKER, {
      execArgv: [HEAP],
      env: {
        ...process.env,
        CELERIAC_CRASH_OPTIONS: JSON.stringify(options),
        CELERIAC_CRASH_LEDGER: ledger,
        CELERIAC_CRASH_CHILDREN: String(CHILDREN),
      },
      stdio: ['ignore', this.log, this.log, 'ipc'],
    });
    this.running.set(child, undefined);
    return child;
  }

  /** What it says when it is ready, if it comes to that. */
  private async greet(child: ChildProcess): Promise<Ready | undefined> {
    const said = once(child, 'message').then(([message]) => {
      this.running.set(child, message as Ready);
      return message as Ready;
    });
    return Promise.race([said, once(child, 'exit').then(() => undefined)]);
  }
}
