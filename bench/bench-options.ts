import { parseArgs } from 'node:util';
import type { BrokerName, ScenarioKind } from './round/index.js';

/** What to measure: `--broker redis|postgres|all`, `--runs N`, `--only KIND`, `--quick`. */
export interface BenchOptions {
  readonly brokers: readonly BrokerName[];
  /** How often each comparison is made. Five or more for figures worth keeping. Defaults to 5. */
  readonly runs: number;
  /** The one kind of comparison that is made; then nothing is written. Defaults to all of them. */
  readonly only: ScenarioKind | undefined;
  /** A look, not a measurement: a tenth of the calls, one run, and nothing is written. Defaults to false. */
  readonly quick: boolean;
}

const BROKERS: Readonly<Record<string, readonly BrokerName[]>> = {
  redis: ['redis'],
  postgres: ['postgres'],
  all: ['redis', 'postgres'],
};

const KINDS: readonly string[] = [
  'drain',
  'latency',
  'enqueue',
  'overhead',
  'watching',
  'backlog',
] satisfies ScenarioKind[];

/** @throws with what is wrong and what would be right */
export function parseBenchOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      broker: { type: 'string', default: 'all' },
      runs: { type: 'string' },
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  });
  const brokers = BROKERS[values.broker];
  if (!brokers) throw new Error(`--broker is "${values.broker}"; it can be redis, postgres or all`);
  const runs = Number(values.runs ?? (values.quick ? 1 : 5));
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`--runs is "${values.runs}"; it must be 1 or more`);
  const { only, quick } = values;
  if (only !== undefined && !KINDS.includes(only))
    throw new Error(`--only is "${only}"; it can be ${KINDS.join(', ')}`);
  return { brokers, runs, only: only as ScenarioKind | undefined, quick };
}
