import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TasksModuleOptions } from '../../../src/index.js';
import type { Broker } from '../../../src/tasks/broker-port.js';
import { Chance, SEED } from '../../crashes/seed.js';
import { until } from '../../support/until.js';
import type { Ready } from './fixtures/worker.js';
import type { Ledger } from './ledger.js';

const path = (url: string) => fileURLToPath(new URL(url, import.meta.url));
const WORKER = path('./fixtures/worker.js');
const WRONG_CLOCK = path('../../faults/fixtures/wrong-clock.js');
const SIZE = 4;
const LONGEST_BOOT = 40_000;

export interface Workplace {
  readonly options: TasksModuleOptions;
  readonly ledger: string;
  /** Where the processes write. */
  readonly log: string;
  /** How much a clock may be wrong, in ms. */
  readonly skew: number;
}

/** Worker processes, half of them with wrong clocks. One that has died is replaced at once. */
export class Workforce {
  /** Whether the calls of a dead process are taken back at once, or wait until their locks have run out. */
  supervised = true;
  private readonly running = new Map<ChildProcess, Ready | undefined>();
  private slots: Promise<void>[] = [];
  private readonly log: number;
  private readonly chance = new Chance(SEED, 'workforce');
  private stopping = false;

  constructor(
    private readonly place: Workplace,
    private readonly broker: Broker,
    private readonly ledger: Ledger,
  ) {
    this.log = openSync(place.log, 'a');
  }

  async start(): Promise<void> {
    this.stopping = false;
    this.slots = Array.from({ length: SIZE }, (_, index) => this.keep(index));
    await this.ready(SIZE);
  }

  /** Waits until so many of them take work. */
  async ready(count = SIZE): Promise<void> {
    await until(
      () => [...this.running.values()].filter(Boolean).length >= count,
      LONGEST_BOOT,
      () => `${count} worker processes are ready`,
    );
  }

  /** All of them, in good order. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.stopping = true;
    for (const child of this.running.keys()) child.kill(signal);
    await Promise.all(this.slots);
  }

  signal(pid: number, signal: NodeJS.Signals): void {
    for (const child of this.running.keys()) if (child.pid === pid) child.kill(signal);
  }

  /** Kills one that takes work, if there is another. */
  killAny(): void {
    const ready = [...this.running].filter(([, said]) => said).map(([child]) => child);
    if (ready.length > 1) this.chance.pick(ready).kill('SIGKILL');
  }

  async clear(): Promise<void> {
    await this.stop('SIGKILL');
    closeSync(this.log);
  }

  private async keep(index: number): Promise<void> {
    while (!this.stopping) {
      const child = this.fork(index);
      const [, ready] = await Promise.all([once(child, 'exit'), this.greet(child)]);
      this.ledger.write({ what: 'died', pid: child.pid ?? 0 });
      this.running.delete(child);
      if (!this.supervised || this.stopping) continue;
      for (const { queue, owner } of ready?.owners ?? []) await this.broker.reclaim(queue, owner);
    }
  }

  private fork(index: number): ChildProcess {
    const { options, ledger, skew } = this.place;
    const wrong = index % 2 === 1;
    const child = fork(WORKER, {
      execArgv: wrong ? ['--import', WRONG_CLOCK] : [],
      env: {
        ...process.env,
        WRONG_CLOCK: String(index === 1 ? skew : -skew),
        CELERIAC_LIMITS_OPTIONS: JSON.stringify(options),
        CELERIAC_LIMITS_LEDGER: ledger,
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
