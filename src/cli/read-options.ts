import { parseArgs } from 'node:util';
import { CeleriacError } from '../tasks/errors/celeriac.error.js';
import { InvalidOptionError } from '../tasks/errors/configuration.errors.js';
import { type Parser, unknownOption } from '../tasks/options/option-parsers.js';
import { columns } from './columns.js';
import { UsageError } from './errors.js';

/** An option of a command that has a value. */
export interface CommandOption<T> {
  readonly short?: string;
  /** What stands for the value in the help. */
  readonly value: string;
  readonly about: string;
  readonly parse: Parser<T>;
}

/** An option of a command that is given or not. */
export interface CommandFlag {
  readonly short?: string;
  readonly about: string;
}

export type OptionTable = Readonly<Record<string, CommandOption<unknown> | CommandFlag>>;

export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]?: Table[Name] extends CommandOption<infer T> ? T : true;
};

/** What stands behind the name of a command. */
export interface CommandLine<Table extends OptionTable> {
  readonly options: OptionValues<Table>;
  /** What is no option, in order. */
  readonly positionals: readonly string[];
}

/**
 * Reads the options of a command that takes nothing else.
 *
 * @returns undefined if help is asked for
 * @throws {@link UsageError}
 */
export function readOptions<Table extends OptionTable>(
  command: string,
  table: Table,
  args: readonly string[],
): OptionValues<Table> | undefined {
  return read(command, table, args, false)?.options;
}

/**
 * Reads the options of a command, and what else it is given.
 *
 * @returns undefined if help is asked for
 * @throws {@link UsageError}
 */
export function readCommandLine<Table extends OptionTable>(
  command: string,
  table: Table,
  args: readonly string[],
): CommandLine<Table> | undefined {
  return read(command, table, args, true);
}

function read<Table extends OptionTable>(
  command: string,
  table: Table,
  args: readonly string[],
  allowPositionals: boolean,
): CommandLine<Table> | undefined {
  const options: ParsedOptions = { help: { type: 'boolean', short: 'h' } };
  for (const [name, option] of Object.entries(table)) {
    const { short } = option;
    options[name] = { type: 'parse' in option ? 'string' : 'boolean', ...(short !== undefined && { short }) };
  }
  try {
    refuseUnknown(command, args, options);
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals });
    if (values['help']) return undefined;
    const parsed = Object.entries(values).map(([name, value]) => {
      const option = table[name];
      return [name, option && 'parse' in option ? option.parse(value, command, `--${name}`) : value];
    });
    return { options: Object.fromEntries(parsed) as OptionValues<Table>, positionals };
  } catch (error) {
    const foreseen = error instanceof InvalidOptionError || isParseArgsError(error);
    throw foreseen ? new UsageError(command, (error as Error).message) : error;
  }
}

/** The list of options for the help. */
export function listOptions(table: OptionTable): string {
  const rows = Object.entries(table).map(([name, option]) => {
    const short = option.short === undefined ? '   ' : `-${option.short},`;
    const value = 'value' in option ? ` ${option.value}` : '';
    return [`${short} --${name}${value}`, option.about] as const;
  });
  return columns(rows);
}

type ParsedOptions = Record<string, { type: 'string' | 'boolean'; short?: string }>;

/** parseArgs names an unknown option, too, but not the one that was meant. */
function refuseUnknown(command: string, args: readonly string[], options: ParsedOptions): void {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== 'option' || Object.hasOwn(options, token.name)) continue;
    throw unknownOption(
      command,
      token.rawName,
      Object.keys(options).map((name) => `--${name}`),
    );
  }
}

const isParseArgsError = (error: unknown): boolean =>
  error instanceof TypeError &&
  String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS') &&
  !(error instanceof CeleriacError);
