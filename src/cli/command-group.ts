import { columns } from './columns.js';
import type { Command } from './commands.js';
import { UsageError } from './errors.js';
import { EXIT_CODE } from './exit-code.js';

/** A command that consists of others. */
interface CommandGroup {
  /** `failed` */
  readonly name: string;
  /** What its commands are for. */
  readonly about: string;
  readonly commands: readonly Command[];
  /** The one that is meant if none is named, but options are. */
  readonly byDefault?: Command;
  /** When one of them exits with 1. */
  readonly failure: string;
}

export function commandGroup({ name, about, commands, byDefault, failure }: CommandGroup): Command['run'] {
  const full = `celeriac ${name}`;
  const help = `Usage: ${full} <command> --app <file>[#<export>] [options]

${about}

${columns(commands.map((command) => [command.name, command.summary] as const))}

${full} <command> --help tells more.

Exit codes: 0 done; 1 could not (${failure}); 2 usage.`;
  return async ([first, ...rest]) => {
    if (first === '--help' || first === '-h') {
      process.stdout.write(`${help}\n`);
      return EXIT_CODE.done;
    }
    if (byDefault && first?.startsWith('-')) return byDefault.run([first, ...rest]);
    if (first === undefined) throw new UsageError(full, help);
    const command = commands.find((candidate) => candidate.name === first);
    if (command) return command.run(rest);
    const known = commands.map((candidate) => candidate.name).join(', ');
    throw new UsageError(full, `"${first}" is not a command. There is: ${known}.`);
  };
}
