import { quantile } from '../statistics.js';
import type { Figures, Latency, Place, SideName } from './order.js';
import { SIDE } from './sides/index.js';
import type { Caller, Running } from './sides/side.js';
import { StopWatch } from './stop-watch.js';
import { verifyStored } from './stored-calls.js';

const WARM_UP = 1_500;
const WARM_UP_WIDTH = 8;

/** One side of a latency: a caller, a worker, and its share of the calls. */
export class Lane {
  private next = 0;
  private failure: unknown;

  private constructor(
    readonly name: SideName,
    private readonly place: Place,
    private readonly watch: StopWatch,
    private readonly caller: Caller,
    private readonly worker: Running,
  ) {}

  static async open(name: SideName, place: Place, { concurrency }: Latency): Promise<Lane> {
    const watch = new StopWatch();
    const caller = await SIDE[name].caller(place, 'plain');
    const worker = await SIDE[name].worker(place, 'plain', concurrency, watch);
    return new Lane(name, place, watch, caller, worker);
  }

  async warmUp(): Promise<void> {
    const warm = this.watch.burst(WARM_UP);
    const callInTurn = async () => {
      while (this.next < WARM_UP) await this.call();
    };
    await Promise.all(Array.from({ length: WARM_UP_WIDTH }, callInTurn));
    await warm;
  }

  /** The calls that are to come. */
  expect(calls: number): Promise<unknown> {
    return this.watch.burst(calls);
  }

  send(): void {
    this.call().catch((error: unknown) => (this.failure ??= error));
  }

  figures(): Figures {
    const waited = this.watch.waited.slice(WARM_UP);
    return {
      calls: waited.length,
      p50: quantile(waited, 0.5),
      p99: quantile(waited, 0.99),
      max: quantile(waited, 1),
    };
  }

  async finish(): Promise<void> {
    await this.worker.close();
    await this.caller.close();
    if (this.failure) throw this.failure as Error;
    this.watch.verify(this.next);
    await verifyStored(this.place, this.next);
  }

  private call(): Promise<unknown> {
    const call = this.next++;
    this.watch.start(call);
    return this.caller.call(call);
  }
}
