import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { readFile } from 'node:fs/promises';

/** What the figures were measured on. `load` tells whether anything else was running. */
export function machineFacts(): Record<string, string | number> {
  return {
    node: process.version,
    os: `${platform()} ${release()}`,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    load: loadavg()
      .map((load) => load.toFixed(2))
      .join(' '),
  };
}

/** The versions of what runs on both sides. */
export async function packageVersions(): Promise<Record<string, string>> {
  const own = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  const { resolve } = createRequire(import.meta.url);
  const versions: Record<string, string> = { celeriac: own.version };
  for (const name of ['bullmq', 'ioredis', 'pg', '@nestjs/core']) {
    const folder = new RegExp(`^.*/node_modules/${name}/`).exec(resolve(name))?.[0];
    const { version } = JSON.parse(await readFile(`${folder}package.json`, 'utf8')) as { version: string };
    versions[name] = version;
  }
  return versions;
}
