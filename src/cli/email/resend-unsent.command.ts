import type { Resent } from '../../email/index.js';
import { printableJson } from '../../tasks/encoder/printable.js';
import type { Command } from '../commands.js';
import { EXIT_CODE } from '../exit-code.js';
import { listOptions, readOptions } from '../read-options.js';
import { requiredApp } from '../tool/required-app.js';
import { takeStdout } from '../tool/stdout.js';
import { RESEND_UNSENT_OPTIONS } from './email-options.js';
import { withEmails } from './emails-of-app.js';

const NAME = 'celeriac email resend-unsent';

const HELP = `Usage: ${NAME} --app <file>[#<export>] [options]

Sends all e-mails again that were given up or wait for their next attempt; not those refused for good, blocked,
cancelled or expired. Repeating it is safe.

${listOptions(RESEND_UNSENT_OPTIONS)}`;

export const resendUnsentCommand: Command = {
  name: 'resend-unsent',
  summary: 'send all again that were given up or put off',
  async run(args) {
    const options = readOptions(NAME, RESEND_UNSENT_OPTIONS, args);
    if (!options) {
      process.stdout.write(`${HELP}\n`);
      return EXIT_CODE.done;
    }
    const app = requiredApp(NAME, options);
    const includeUnknown = options['include-unknown'] ?? false;
    const print = takeStdout();
    await withEmails(app, NAME, async ({ emails }) => {
      const resent = {
        failed: 0,
        deferred: 0,
        unknown: 0,
        ...(await emails.resendUnsent({ includeUnknown })),
      };
      await print(options.json ? printableJson(resent) : sentence(resent));
    });
    return EXIT_CODE.done;
  },
};

function sentence(resent: Resent): string {
  const counts = Object.entries(resent).filter(([, count]) => count > 0);
  if (counts.length === 0) return 'There is none to send again.';
  const parts = counts.map(([status, count]) => `${count} ${status}`);
  return `Sent again: ${parts.join(', ')}.`;
}
