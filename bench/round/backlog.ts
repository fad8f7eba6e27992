import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Burst } from './burst.js';
import { Ledger } from './ledger.js';
import type { Backlog, Place } from './order.js';
import { bareQueue } from './sides/bare-connection.js';
import type { Running, Side } from './sides/side.js';
import type { Station } from './station.js';
import { verifyStored } from './stored-calls.js';

export interface BacklogBurst extends Burst {
  /** Milliseconds until the last call had run, or had been refused. */
  readonly lasted: number;
}

/** Those called in at any time, and some to spare. */
const UNDERWAY = 5;
const LOOK_EVERY = 10;

/** A worker whose queue is paused only while it is filled, so that calls that wait have their turns in between. */
export class BacklogStation implements Station {
  private bursts = 0;

  private constructor(
    private readonly place: Place,
    private readonly scenario: Backlog,
    private readonly crowded: boolean,
    private readonly ledger: Ledger,
    private readonly queue: Queue,
    private readonly worker: Running,
  ) {}

  static async open(side: Side, place: Place, scenario: Backlog, crowded: boolean): Promise<BacklogStation> {
    const ledger = new Ledger();
    const worker = await side.worker(place, 'plain', scenario.concurrency, ledger);
    return new BacklogStation(place, scenario, crowded, ledger, bareQueue(place), worker);
  }

  async perform(): Promise<BacklogBurst> {
    const burst = this.ledger.burst(this.scenario.calls);
    const began = performance.now();
    await this.queue.resume();
    const timed = await burst;
    if (this.crowded && this.bursts === this.scenario.after) await this.settled();
    this.bursts++;
    return { ...timed, lasted: performance.now() - began };
  }

  async finish(): Promise<void> {
    await this.worker.close();
    await this.queue.close();
    const ran = this.bursts * this.scenario.calls;
    this.ledger.verify(ran);
    const { besides } = this.ledger;
    const held = this.crowded ? this.scenario.held : 0;
    await verifyStored(this.place, ran + besides, held - besides);
  }

  private async settled(): Promise<void> {
    while ((await this.queue.getJobCountByTypes('wait', 'active')) > UNDERWAY) await sleep(LOOK_EVERY);
  }
}
