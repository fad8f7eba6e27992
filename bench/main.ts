import { type BenchOptions, parseBenchOptions } from './bench-options.js';
import { openServer } from './broker-server.js';
import { updateDocument } from './document.js';
import { machineFacts, packageVersions } from './machine.js';
import { measure } from './measurement.js';
import { type BenchRecord, type Run, writeRecord } from './record.js';
import { renderTable } from './report.js';
import type { BrokerName } from './round/index.js';
import { scenarios } from './scenarios.js';

const QUICK_SHARE = 0.1;

const say = (text: string) => process.stdout.write(`${text}\n`);

async function bench(broker: BrokerName, { runs, only, quick }: BenchOptions): Promise<BenchRecord> {
  const server = await openServer(broker);
  try {
    const facts = {
      broker,
      startedAt: new Date().toISOString(),
      machine: machineFacts(),
      server: await server.facts(),
      packages: await packageVersions(),
    };
    const all = scenarios(broker, quick ? QUICK_SHARE : 1);
    const chosen = all.filter(({ kind }) => only === undefined || kind === only);
    return {
      ...facts,
      runs: await measure(broker, server, chosen, runs, (run) => say(describe(broker, runs, run))),
    };
  } finally {
    await server.stop();
  }
}

function describe(broker: BrokerName, runs: number, { run, scenario, figures }: Run): string {
  const { kind, ...details } = scenario;
  return `${broker} ${run}/${runs} ${kind} ${JSON.stringify(details)} ${JSON.stringify(figures)}`;
}

const options = parseBenchOptions(process.argv.slice(2));
for (const broker of options.brokers) {
  const record = await bench(broker, options);
  say(`\n${renderTable(record)}\n`);
  if (options.quick || options.only) continue;
  say(`Written to ${await writeRecord(record)}`);
  await updateDocument(broker);
}
