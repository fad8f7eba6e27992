import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_USAGE, parseDemoOptions } from './demo-options.js';
import { runDemo } from './demo.js';

const options = parseDemoOptions(process.argv.slice(2));
if (options.help) {
  process.stdout.write(`${DEMO_USAGE}\n`);
} else {
  process.exitCode = await inDirectory((directory) =>
    untilInterrupted((signal) => runDemo(directory, options, signal)),
  );
}

async function inDirectory(run: (directory: string) => Promise<number>): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'celeriac-demo-'));
  try {
    return await run(directory);
  } finally {
    if (options.keep) process.stdout.write(`Kept: ${directory}\n`);
    else await rm(directory, { recursive: true, force: true });
  }
}

async function untilInterrupted(run: (signal: AbortSignal) => Promise<boolean>): Promise<number> {
  const interruption = new AbortController();
  const interrupt = () => {
    process.stderr.write('\nInterrupted; cleaning up …\n');
    interruption.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, interrupt);
  try {
    return (await run(interruption.signal)) ? 0 : 1;
  } catch (error) {
    if (interruption.signal.aborted) return 130;
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
