import { type Burst, burstSince, now } from './burst.js';
import { Ledger } from './ledger.js';
import type { Enqueue, Place } from './order.js';
import type { Caller, Side } from './sides/side.js';
import type { Station } from './station.js';
import { verifyStored } from './stored-calls.js';

const CONCURRENCY = 100;

/** A caller. What it stored is run at the end, untimed, to see that every call is there once. */
export class EnqueueStation implements Station {
  private next = 0;

  private constructor(
    private readonly side: Side,
    private readonly place: Place,
    private readonly scenario: Enqueue,
    private readonly caller: Caller,
  ) {}

  static async open(side: Side, place: Place, scenario: Enqueue): Promise<EnqueueStation> {
    return new EnqueueStation(side, place, scenario, await side.caller(place, 'plain'));
  }

  async perform(): Promise<Burst> {
    const { width, calls } = this.scenario;
    const last = this.next + calls;
    const callInTurn = async () => {
      while (this.next < last) await this.caller.call(this.next++);
    };
    const began = now();
    await Promise.all(Array.from({ length: width }, callInTurn));
    return burstSince(began, calls);
  }

  async finish(): Promise<void> {
    await this.caller.close();
    const ledger = new Ledger();
    const all = ledger.burst(this.next);
    const worker = await this.side.worker(this.place, 'plain', CONCURRENCY, ledger);
    await all;
    await worker.close();
    ledger.verify(this.next);
    await verifyStored(this.place, this.next);
  }
}
