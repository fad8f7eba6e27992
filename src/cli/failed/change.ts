import { InvalidTaskIdError } from '../../tasks/errors/enqueue.errors.js';
import type { FailedCalls } from '../../tasks/index.js';
import { EXIT_CODE } from '../exit-code.js';
import { listOptions, readCommandLine } from '../read-options.js';
import { type FailedCallsOfApp, withFailedCalls } from './failed-calls-of-app.js';
import { NoFailedCallError } from './errors.js';
import { CHANGE_OPTIONS } from './failed-options.js';
import { toFilter } from './filter.js';
import { printableJson } from '../../tasks/encoder/printable.js';
import { requiredApp } from '../tool/required-app.js';
import { readSelection, type Selection } from './selection.js';
import { takeStdout } from '../tool/stdout.js';

/** Something that is done to failed calls. */
export interface Change {
  /** `celeriac failed retry` */
  readonly command: string;
  /** What it does, for the help. */
  readonly about: string;
  readonly operation: 'retry' | 'discard';
  /** What has become of the calls: the key of their number in JSON. */
  readonly done: string;
  sentence(count: number): string;
}

interface Changed {
  readonly count: number;
  /** Ids that name no failed call. */
  readonly unknown: readonly string[];
}

/** Runs the command of a change. @returns the exit code */
export async function runChange(change: Change, args: readonly string[]): Promise<number> {
  const { command } = change;
  const line = readCommandLine(command, CHANGE_OPTIONS, args);
  if (!line) {
    process.stdout.write(`${help(change)}\n`);
    return EXIT_CODE.done;
  }
  const app = requiredApp(command, line.options);
  const selection = readSelection(command, line);
  const print = takeStdout();
  const { count, unknown } = await withFailedCalls(app, command, (failed) =>
    apply(change.operation, failed, selection),
  );
  await print(line.options.json ? printableJson({ [change.done]: count, unknown }) : change.sentence(count));
  if (unknown.length > 0) throw new NoFailedCallError(unknown);
  return EXIT_CODE.done;
}

async function apply(
  operation: Change['operation'],
  { calls, now }: FailedCallsOfApp,
  selection: Selection,
): Promise<Changed> {
  if ('filter' in selection) {
    return { count: await calls[operation](toFilter(selection.filter, now())), unknown: [] };
  }
  const unknown: string[] = [];
  for (const id of selection.ids) if (!(await applyToOne(calls, operation, id))) unknown.push(id);
  return { count: selection.ids.length - unknown.length, unknown };
}

async function applyToOne(calls: FailedCalls, operation: Change['operation'], id: string): Promise<boolean> {
  try {
    return (await calls[operation]([id])) === 1;
  } catch (error) {
    if (error instanceof InvalidTaskIdError) return false;
    throw error;
  }
}

const help = ({ command, about }: Change): string =>
  `Usage: ${command} <id…> --app <file>[#<export>]
       ${command} --app <file>[#<export>] <filters>
       ${command} --app <file>[#<export>] --all

${about}

${listOptions(CHANGE_OPTIONS)}`;
