import { burstFigures } from './burst-figures.js';
import {
  type Burst,
  type Caller,
  type Figures,
  type Measured,
  type Place,
  type Places,
  SIDE,
  SIDES,
  taskOf,
} from './round/index.js';
import type { Drain, Enqueue, Overhead, SideName, Watching } from './round/index.js';
import { StationProcess } from './station-process.js';

type InBursts = Drain | Enqueue | Overhead | Watching;

/** Bursts per side that are timed. */
const TIMED = 6;
/** Before them, code is compiled and connections find their pace: at least this many bursts, and this many calls. */
const WARM_UP = { bursts: 2, calls: 2_000 };

/**
 * Both sides, each in a fresh process, in short bursts by turns, ABBAABBA…: one waits while the other works. What
 * disturbs the machine for longer than a burst disturbs both.
 */
export async function compareInBursts(scenario: InBursts, places: Places): Promise<Measured> {
  const opened: BurstSide[] = [];
  try {
    for (const side of SIDES[scenario.kind])
      opened.push(await BurstSide.open(side, places[side] as Place, scenario));
    const warmUp = Math.max(WARM_UP.bursts, Math.ceil(WARM_UP.calls / scenario.calls));
    for (let turn = 0; turn < warmUp + TIMED; turn++) {
      const inTurn = turn % 2 === 0 ? opened : opened.toReversed();
      for (const side of inTurn) await side.burst(turn >= warmUp);
    }
    for (const side of opened) await side.finish();
    return Object.fromEntries(opened.map((side) => [side.name, side.figures()]));
  } finally {
    for (const side of opened) side.kill();
  }
}

class BurstSide {
  private readonly timed: Burst[] = [];
  private stored = 0;

  private constructor(
    readonly name: SideName,
    private readonly calls: number,
    private readonly process: StationProcess,
    /** Fills the queue of a worker, from outside its process. */
    private readonly filler: Caller | undefined,
  ) {}

  static async open(name: SideName, place: Place, scenario: InBursts): Promise<BurstSide> {
    const process = await StationProcess.start({ scenario, places: { [name]: place } });
    const filler = scenario.kind === 'enqueue' ? undefined : await SIDE[name].caller(place, taskOf(scenario));
    return new BurstSide(name, scenario.calls, process, filler);
  }

  async burst(timed: boolean): Promise<void> {
    const numbers = Array.from({ length: this.calls }, () => this.stored++);
    await this.filler?.callMany(numbers);
    const burst = (await this.process.perform()) as Burst;
    if (timed) this.timed.push(burst);
  }

  figures(): Figures {
    return burstFigures(this.timed);
  }

  async finish(): Promise<void> {
    await this.filler?.close();
    await this.process.finish();
  }

  kill(): void {
    this.process.kill();
  }
}
