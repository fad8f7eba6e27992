import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrokerName, Measured, Scenario } from './round/index.js';

/** One comparison as it was made: the figures of both sides. */
export interface Run {
  /** From 1. */
  readonly run: number;
  readonly scenario: Scenario;
  readonly figures: Measured;
}

/** Everything one measurement of a broker left: what it ran on, and every run. */
export interface BenchRecord {
  readonly broker: BrokerName;
  readonly startedAt: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly server: Readonly<Record<string, string>>;
  readonly packages: Readonly<Record<string, string>>;
  readonly runs: readonly Run[];
}

const FOLDER = 'bench/runs';

export async function writeRecord(record: BenchRecord): Promise<string> {
  const path = join(FOLDER, `${record.startedAt.slice(0, 10)}-${record.broker}.json`);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(path, `${JSON.stringify(record, undefined, 2)}\n`);
  return path;
}

/** The newest record of a broker. */
export async function latestRecord(
  broker: BrokerName,
): Promise<{ path: string; record: BenchRecord } | undefined> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(`-${broker}.json`));
  const name = names.toSorted().at(-1);
  if (!name) return undefined;
  const path = join(FOLDER, name);
  return { path, record: JSON.parse(await readFile(path, 'utf8')) as BenchRecord };
}
