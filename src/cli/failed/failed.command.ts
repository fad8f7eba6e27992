import { columns } from '../columns.js';
import type { Command } from '../commands.js';
import { UsageError } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { discardCommand } from './discard.command.js';
import { listCommand } from './list.command.js';
import { retryCommand } from './retry.command.js';
import { showCommand } from './show.command.js';

const NAME = 'celeriac failed';

const COMMANDS: readonly Command[] = [listCommand, showCommand, retryCommand, discardCommand];

const HELP = `Usage: ${NAME} <command> --app <file>[#<export>] [options]

Calls that failed for good or were quarantined: to look at, to run again, to discard.

${columns(COMMANDS.map(({ name, summary }) => [name, summary] as const))}

${NAME} <command> --help tells more.

Exit codes: 0 done; 1 could not (no broker, no application, an id that names no failed call); 2 usage.`;

export const failedCommand: Command = {
  name: 'failed',
  summary: 'calls that failed: look at them, run them again, discard them',
  async run([name, ...rest]) {
    if (name === '--help' || name === '-h') {
      process.stdout.write(`${HELP}\n`);
      return EXIT_CODE.done;
    }
    if (name === undefined) throw new UsageError(NAME, HELP);
    const command = COMMANDS.find((candidate) => candidate.name === name);
    if (command) return command.run(rest);
    const known = COMMANDS.map((candidate) => candidate.name).join(', ');
    throw new UsageError(NAME, `"${name}" is not a command. There is: ${known}.`);
  },
};
