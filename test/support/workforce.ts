import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Broker } from '../../src/tasks/broker-port.js';
import { until } from './until.js';

const LONGEST_BOOT = 40_000;

/** What a worker process says when it takes work: whose locks its deliveries hold, by queue. */
export interface Ready {
  readonly owners: readonly { readonly queue: string; readonly owner: string }[];
}

/** Worker processes, each of which is replaced when it has died, as a supervisor does. */
export abstract class Workforce {
  /** Whether the calls of a dead process are taken back at once, or wait until their locks have run out. */
  supervised = true;
  private readonly running = new Map<ChildProcess, Ready | undefined>();
  private slots: Promise<void>[] = [];
  private readonly log: number;
  private stopping = false;

  /** @param log where the processes write */
  constructor(
    readonly size: number,
    log: string,
    private readonly broker: Broker,
  ) {
    this.log = openSync(log, 'a');
  }

  /** @param log what it writes to */
  protected abstract fork(index: number, log: number): ChildProcess;

  protected onDeath(_pid: number): void {}

  /** All of them; done when so many take work. */
  async start(enough = this.size): Promise<void> {
    this.stopping = false;
    this.slots = Array.from({ length: this.size }, (_, index) => this.keep(index));
    await this.ready(enough);
  }

  /** Waits until so many of them take work. */
  async ready(count = this.size): Promise<void> {
    await until(
      () => this.atWork().length >= count,
      LONGEST_BOOT,
      () => `${count} worker processes are ready`,
    );
  }

  /** Those that take work. */
  protected atWork(): ChildProcess[] {
    return [...this.running].filter(([, said]) => said).map(([child]) => child);
  }

  signal(pid: number, signal: NodeJS.Signals): void {
    for (const child of this.running.keys()) if (child.pid === pid) child.kill(signal);
  }

  /** All of them, in good order by default. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.stopping = true;
    for (const child of this.running.keys()) child.kill(signal);
    await Promise.all(this.slots);
  }

  async clear(): Promise<void> {
    await this.stop('SIGKILL');
    closeSync(this.log);
  }

  private async keep(index: number): Promise<void> {
    while (!this.stopping) {
      const child = this.fork(index, this.log);
      this.running.set(child, undefined);
      const [, ready] = await Promise.all([once(child, 'exit'), this.greet(child)]);
      this.onDeath(child.pid ?? 0);
      this.running.delete(child);
      if (!this.supervised || this.stopping) continue;
      for (const { queue, owner } of ready?.owners ?? []) await this.broker.reclaim(queue, owner);
    }
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
