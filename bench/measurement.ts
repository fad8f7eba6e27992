import { randomBytes } from 'node:crypto';
import { compareBacklog } from './backlog-comparison.js';
import type { BrokerServer } from './broker-server.js';
import { compareInBursts } from './burst-comparison.js';
import type { Run } from './record.js';
import {
  type BrokerName,
  type Latency,
  type Measured,
  type Places,
  type Scenario,
  SIDES,
} from './round/index.js';
import { StationProcess } from './station-process.js';

/** Compares the sides in every scenario, `runs` times over. */
export async function measure(
  broker: BrokerName,
  server: BrokerServer,
  scenarios: readonly Scenario[],
  runs: number,
  onRun: (run: Run) => void,
): Promise<Run[]> {
  const made: Run[] = [];
  for (let run = 1; run <= runs; run++) {
    for (const scenario of scenarios) {
      const entry = { run, scenario, figures: await compare(broker, server, scenario) };
      made.push(entry);
      onRun(entry);
    }
  }
  return made;
}

/** Gives each side a namespace of its own, and clears it afterwards. */
async function compare(broker: BrokerName, server: BrokerServer, scenario: Scenario): Promise<Measured> {
  const name = `bench_${randomBytes(6).toString('hex')}`;
  const places: Places = Object.fromEntries(
    SIDES[scenario.kind].map((side) => [side, { broker, url: server.url, namespace: `${name}_${side}` }]),
  );
  const each = Object.values(places);
  for (const place of each) await server.prepare(place);
  try {
    return await compareAt(server, scenario, places);
  } finally {
    for (const place of each) await server.clear(place);
  }
}

function compareAt(server: BrokerServer, scenario: Scenario, places: Places): Promise<Measured> {
  switch (scenario.kind) {
    case 'latency':
      return compareByTurns(scenario, places);
    case 'backlog':
      return compareBacklog(server, scenario, places);
    case 'drain':
    case 'enqueue':
    case 'overhead':
    case 'watching':
      return compareInBursts(scenario, places);
  }
}

async function compareByTurns(scenario: Latency, places: Places): Promise<Measured> {
  const station = await StationProcess.start({ scenario, places });
  try {
    const measured = (await station.perform()) as Measured;
    await station.finish();
    return measured;
  } finally {
    station.kill();
  }
}
