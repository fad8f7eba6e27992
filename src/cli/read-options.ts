import { parseArgs } from 'node:util';
import { CeleriacError } from '../tasks/errors/celeriac.error.js';
import { InvalidOptionError } from '../tasks/errors/configuration.errors.js';
import { type Parser, unknownOption } from '../tasks/options/option-parsers.js';
import { columns } from './columns.js';
import { UsageError } from './errors.js';

/** An option of a command. All of them have a value. */
export interface CommandOption<T> {
  readonly short?: string;
  /** What stands for the value in the help. */
  readonly value: string;
  readonly about: string;
  readonly parse: Parser<T>;
}

export type OptionTable = Readonly<Record<string, CommandOption<unknown>>>;

export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]?: Table[Name] extends CommandOption<infer T> ? T : never;
};

/**
 * Reads the options of a command.
 *
 * @returns undefined if help is asked for
 * @throws {@link UsageError}
 */
export function readOptions<Table extends OptionTable>(
  command: string,
  table: Table,
  args: readonly string[],
): OptionValues<Table> | undefined {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { short }]) => [
      name,
      { type: 'string' as const, ...(short !== undefined && { short }) },
    ]),
  );
  const help = { type: 'boolean', short: 'h' } as const;
  try {
    refuseUnknown(command, args, { ...options, help });
    const { values } = parseArgs({ args: [...args], options: { ...options, help } });
    if (values.help) return undefined;
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, table[name]?.parse(value, command, `--${name}`)]),
    ) as OptionValues<Table>;
  } catch (error) {
    const foreseen = error instanceof InvalidOptionError || isParseArgsError(error);
    throw foreseen ? new UsageError(command, (error as Error).message) : error;
  }
}

/** The list of options for the help. */
export function listOptions(table: OptionTable): string {
  const rows = Object.entries(table).map(
    ([name, { short, value, about }]) =>
      [`${short === undefined ? '   ' : `-${short},`} --${name} ${value}`, about] as const,
  );
  return columns(rows);
}

/** parseArgs names an unknown option, too, but not the one that was meant. */
function refuseUnknown(
  command: string,
  args: readonly string[],
  options: Record<string, { type: 'string' | 'boolean'; short?: string }>,
): void {
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
