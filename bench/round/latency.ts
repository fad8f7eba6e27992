import { setTimeout as sleep } from 'node:timers/promises';
import { Lane } from './lane.js';
import type { Latency, Measured, Place, SideName } from './order.js';
import type { Station } from './station.js';

/**
 * Both sides at work in one process; calls go to them in turn, at a steady rate. What disturbs the machine disturbs
 * both alike, so even the 99th percentiles can be compared.
 */
export class LatencyStation implements Station {
  private constructor(
    private readonly lanes: readonly Lane[],
    private readonly scenario: Latency,
  ) {}

  static async open(places: readonly [SideName, Place][], scenario: Latency): Promise<LatencyStation> {
    const lanes: Lane[] = [];
    for (const [side, place] of places) lanes.push(await Lane.open(side, place, scenario));
    for (const lane of lanes) await lane.warmUp();
    return new LatencyStation(lanes, scenario);
  }

  async perform(): Promise<Measured> {
    const { lanes } = this;
    const { calls, interval } = this.scenario;
    const all = lanes.map((lane) => lane.expect(calls));
    const start = performance.now();
    for (let turn = 0; turn < calls * lanes.length; turn++) {
      const wait = start + turn * interval - performance.now();
      if (wait > 0) await sleep(wait);
      lanes[turn % lanes.length]?.send();
    }
    await Promise.all(all);
    return Object.fromEntries(lanes.map((lane) => [lane.name, lane.figures()]));
  }

  async finish(): Promise<void> {
    for (const lane of this.lanes) await lane.finish();
  }
}
