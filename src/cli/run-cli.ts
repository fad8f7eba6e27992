import { columns } from './columns.js';
import { COMMANDS } from './commands.js';
import { UsageError } from './errors.js';
import { EXIT_CODE } from './exit-code.js';
import { explain } from './explain.js';
import { version } from './version.js';

const PROGRAM = 'celeriac';

/** Runs a command line. @returns its exit code */
export async function runCli(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    return error instanceof UsageError ? EXIT_CODE.usage : EXIT_CODE.failed;
  }
}

async function dispatch([name, ...rest]: readonly string[]): Promise<number> {
  switch (name) {
    case '--help':
    case '-h':
      return say(overview());
    case '--version':
      return say(version());
    case undefined:
      throw new UsageError(PROGRAM, overview());
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command) return command.run(rest);
  const known = COMMANDS.map((candidate) => candidate.name).join(', ');
  throw new UsageError(PROGRAM, `"${name}" is not a command. There is: ${known}.`);
}

function overview(): string {
  const rows = COMMANDS.map(({ name, summary }) => [name, summary] as const);
  return [
    `Usage: ${PROGRAM} <command> [options]`,
    columns(rows),
    `${PROGRAM} <command> --help tells more; ${PROGRAM} --version which version this is.`,
  ].join('\n\n');
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return EXIT_CODE.done;
}
