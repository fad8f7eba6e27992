import type { BrokerServer } from './broker-server.js';
import { burstFigures } from './burst-figures.js';
import {
  type Backlog,
  type BacklogBurst,
  bareQueue,
  type Caller,
  type Figures,
  type Measured,
  type Place,
  type Places,
  SIDE,
  type SideName,
} from './round/index.js';
import { StationProcess } from './station-process.js';

/** Bursts per side that are timed, once those that are held back have been refused. */
const TIMED = 6;
/** Calls that are held back come mixed with the others of their burst, in so many portions. */
const PORTIONS = 50;

/**
 * The same bursts by turns with a backlog and without; before and after them each side is watched at rest, while the
 * other does not exist.
 */
export async function compareBacklog(
  server: BrokerServer,
  scenario: Backlog,
  places: Places,
): Promise<Measured> {
  const opened: BacklogSide[] = [];
  const open = async (name: SideName) => {
    const side = await BacklogSide.open(name, places[name] as Place, scenario);
    opened.push(side);
    return side;
  };
  try {
    const without = await open('celeriac');
    const atRest = await server.traffic(scenario.rest);
    const crowded = await open('crowded');
    for (let turn = 0; turn <= scenario.after + TIMED; turn++) {
      for (const side of turn % 2 === 0 ? [without, crowded] : [crowded, without]) await side.burst();
    }
    await without.finish();
    const crowdedAtRest = await server.traffic(scenario.rest);
    await crowded.finish();
    return {
      celeriac: { ...without.figures(), ...atRest },
      crowded: { ...crowded.figures(), ...crowdedAtRest },
    };
  } finally {
    for (const side of opened) side.kill();
  }
}

class BacklogSide {
  private readonly bursts: BacklogBurst[] = [];
  private stored = 0;

  private constructor(
    private readonly scenario: Backlog,
    private readonly process: StationProcess,
    private readonly queue: ReturnType<typeof bareQueue>,
    private readonly filler: Caller,
    /** Calls the task that is held back. */
    private readonly crowd: Caller | undefined,
  ) {}

  static async open(name: SideName, place: Place, scenario: Backlog): Promise<BacklogSide> {
    const process = await StationProcess.start({ scenario, places: { [name]: place } });
    const filler = await SIDE[name].caller(place, 'plain');
    const crowd = name === 'crowded' ? await SIDE[name].caller(place, 'held') : undefined;
    return new BacklogSide(scenario, process, bareQueue(place), filler, crowd);
  }

  async burst(): Promise<void> {
    await this.queue.pause();
    const { calls, held, after } = this.scenario;
    const numbers = Array.from({ length: calls }, () => this.stored++);
    if (this.crowd && this.bursts.length === after) await this.fillMixed(numbers, this.crowd, held);
    else await this.filler.callMany(numbers);
    this.bursts.push((await this.process.perform()) as BacklogBurst);
  }

  figures(): Figures {
    const { after } = this.scenario;
    const settling = this.bursts[after] as BacklogBurst;
    return {
      ...burstFigures(this.bursts.slice(after + 1)),
      settling: settling.lasted / 1_000,
      meanwhile: burstFigures([settling])['perSecond'] ?? 0,
    };
  }

  async finish(): Promise<void> {
    await this.queue.close();
    await this.filler.close();
    await this.crowd?.close();
    await this.process.finish();
  }

  kill(): void {
    this.process.kill();
  }

  private async fillMixed(numbers: readonly number[], crowd: Caller, held: number): Promise<void> {
    const all = Array.from({ length: held }, (_, number) => number);
    const portion = <T>(of: readonly T[], index: number) =>
      of.slice((of.length * index) / PORTIONS, (of.length * (index + 1)) / PORTIONS);
    for (let index = 0; index < PORTIONS; index++) {
      await crowd.callMany(portion(all, index));
      await this.filler.callMany(portion(numbers, index));
    }
  }
}
