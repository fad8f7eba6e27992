import type { Command } from '../commands.js';
import { UsageError } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { listOptions, type OptionValues, readOptions } from '../read-options.js';
import { withFailedCalls } from './failed-calls-of-app.js';
import { callTable } from './call-table.js';
import { LIST_OPTIONS } from './failed-options.js';
import { toFilter } from './filter.js';
import { printableJson } from '../../tasks/encoder/printable.js';
import { requiredApp } from '../tool/required-app.js';
import { takeStdout } from '../tool/stdout.js';
import type { FailedPage } from '../../tasks/index.js';

const NAME = 'celeriac failed list';

const HELP = `Usage: ${NAME} --app <file>[#<export>] [options]

Lists calls that failed for good or were quarantined, queue by queue, the latest first.

${listOptions(LIST_OPTIONS)}`;

export const listCommand: Command = {
  name: 'list',
  summary: 'what failed, and why',
  async run(args) {
    const options = readOptions(NAME, LIST_OPTIONS, args);
    if (!options) {
      process.stdout.write(`${HELP}\n`);
      return EXIT_CODE.done;
    }
    const app = requiredApp(NAME, options);
    checkCursor(options);
    const { limit = 100, cursor } = options;
    const width = process.stdout.columns ?? Number.POSITIVE_INFINITY;
    const print = takeStdout();
    await withFailedCalls(app, NAME, async ({ calls, now }) => {
      const page = await calls.list(toFilter(options, now()), {
        limit,
        ...(cursor !== undefined && { cursor }),
      });
      await print(
        options.json ? printableJson({ ...page, cursor: page.cursor ?? null }) : listing(page, width),
      );
    });
    return EXIT_CODE.done;
  },
};

function listing({ calls, cursor }: FailedPage, width: number): string {
  if (calls.length === 0) return 'No failed call matches.';
  const more = cursor === undefined ? '' : `\n\nThere are more: --cursor ${cursor}`;
  return `${callTable(calls, width)}${more}`;
}

function checkCursor({ queue, cursor }: OptionValues<typeof LIST_OPTIONS>): void {
  if (queue === undefined || cursor === undefined || cursor.startsWith(`${queue}:`)) return;
  throw new UsageError(
    NAME,
    `${NAME}: the cursor "${cursor}" is of another list than that of the queue "${queue}".`,
  );
}
