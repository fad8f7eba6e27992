import { InvalidTaskIdError } from '../../tasks/errors/enqueue.errors.js';
import type { Command } from '../commands.js';
import { UsageError } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { listOptions, readCommandLine } from '../read-options.js';
import { withFailedCalls } from './failed-calls-of-app.js';
import { callPage } from './call-page.js';
import { NoFailedCallError } from './errors.js';
import { TOOL_OPTIONS } from '../tool/tool-options.js';
import { printableJson } from '../../tasks/encoder/printable.js';
import { requiredApp } from '../tool/required-app.js';
import { takeStdout } from '../tool/stdout.js';

const NAME = 'celeriac failed show';

const HELP = `Usage: ${NAME} <id> --app <file>[#<export>] [options]

All that is known of a failed call: arguments, headers, stack, and every crash of a process that ran it.

${listOptions(TOOL_OPTIONS)}`;

export const showCommand: Command = {
  name: 'show',
  summary: 'all that is known of one of them',
  async run(args) {
    const line = readCommandLine(NAME, TOOL_OPTIONS, args);
    if (!line) {
      process.stdout.write(`${HELP}\n`);
      return EXIT_CODE.done;
    }
    const { options, positionals } = line;
    const app = requiredApp(NAME, options);
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) throw new UsageError(NAME, `${NAME}: name one id.`);
    const print = takeStdout();
    await withFailedCalls(app, NAME, async ({ calls }) => {
      const call = await calls.show(id).catch(noneIfNoId);
      if (!call) throw new NoFailedCallError([id]);
      await print(options.json ? printableJson(call) : callPage(call));
    });
    return EXIT_CODE.done;
  },
};

function noneIfNoId(error: unknown): null {
  if (error instanceof InvalidTaskIdError) return null;
  throw error;
}
