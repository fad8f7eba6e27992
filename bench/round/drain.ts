import type { Queue } from 'bullmq';
import type { Burst } from './burst.js';
import { Ledger } from './ledger.js';
import { type Drain, type Overhead, type Place, taskOf, type Watching } from './order.js';
import { bareQueue } from './sides/bare-connection.js';
import type { Running, Side } from './sides/side.js';
import type { Station } from './station.js';
import { verifyStored } from './stored-calls.js';

/** A worker whose queue is paused while another process fills it. */
export class DrainStation implements Station {
  private bursts = 0;

  private constructor(
    private readonly place: Place,
    private readonly calls: number,
    private readonly ledger: Ledger,
    private readonly queue: Queue,
    private readonly worker: Running,
  ) {}

  static async open(side: Side, place: Place, drain: Drain | Overhead | Watching): Promise<DrainStation> {
    const queue = bareQueue(place);
    await queue.pause();
    const ledger = new Ledger();
    const { concurrency } = drain;
    const worker =
      drain.kind === 'drain' && drain.prefork
        ? await side.preforkWorker(place, concurrency, ledger)
        : await side.worker(place, taskOf(drain), concurrency, ledger);
    return new DrainStation(place, drain.calls, ledger, queue, worker);
  }

  async perform(): Promise<Burst> {
    this.bursts++;
    const burst = this.ledger.burst(this.calls);
    await this.queue.resume();
    const timed = await burst;
    await this.queue.pause();
    return timed;
  }

  async finish(): Promise<void> {
    await this.worker.close();
    await this.queue.close();
    this.ledger.verify(this.bursts * this.calls);
    await verifyStored(this.place, this.bursts * this.calls);
  }
}
