import type { EmailSummary } from '../../email/index.js';
import { printableJson } from '../../tasks/encoder/printable.js';
import type { Command } from '../commands.js';
import { EXIT_CODE } from '../exit-code.js';
import { listOptions, readOptions } from '../read-options.js';
import { requiredApp } from '../tool/required-app.js';
import { takeStdout } from '../tool/stdout.js';
import { LIST_OPTIONS } from './email-options.js';
import { emailTable } from './email-table.js';
import { withEmails } from './emails-of-app.js';

const NAME = 'celeriac email list';

const HELP = `Usage: ${NAME} --app <file>[#<export>] [options]

Lists e-mails, the newest first.

${listOptions(LIST_OPTIONS)}`;

export const listCommand: Command = {
  name: 'list',
  summary: 'which there are, and what became of them',
  async run(args) {
    const options = readOptions(NAME, LIST_OPTIONS, args);
    if (!options) {
      process.stdout.write(`${HELP}\n`);
      return EXIT_CODE.done;
    }
    const { app: _, json, ...query } = options;
    const width = process.stdout.columns ?? Number.POSITIVE_INFINITY;
    const app = requiredApp(NAME, options);
    const print = takeStdout();
    await withEmails(app, NAME, async ({ emails }) => {
      const page = await emails.list(query);
      await print(json ? printableJson({ emails: page.items, cursor: page.cursor }) : listing(page, width));
    });
    return EXIT_CODE.done;
  },
};

function listing(page: { items: readonly EmailSummary[]; cursor: string | null }, width: number): string {
  if (page.items.length === 0) return 'No e-mail matches.';
  const more = page.cursor === null ? '' : `\n\nThere are more: --cursor ${page.cursor}`;
  return `${emailTable(page.items, width)}${more}`;
}
