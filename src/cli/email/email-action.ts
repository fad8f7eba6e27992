import type { EmailView } from '../../email/index.js';
import { printableJson } from '../../tasks/encoder/printable.js';
import type { Command } from '../commands.js';
import { EXIT_CODE } from '../exit-code.js';
import { listOptions, readCommandLine } from '../read-options.js';
import { requiredApp } from '../tool/required-app.js';
import { takeStdout } from '../tool/stdout.js';
import { TOOL_OPTIONS } from '../tool/tool-options.js';
import { type EmailsOfApp, withEmails } from './emails-of-app.js';

/** Something that is done with one message. */
interface EmailAction<Words> {
  /** `cancel` */
  readonly name: string;
  /** One line of the overview. */
  readonly summary: string;
  /** What stands behind the name, for the help. */
  readonly words: string;
  /** What it does, for the help. */
  readonly about: string;
  /** @throws {@link UsageError} */
  read(command: string, positionals: readonly string[]): Words;
  act(outbox: EmailsOfApp, words: Words): Promise<EmailView>;
  print(email: EmailView): string;
}

export function emailAction<Words>(action: EmailAction<Words>): Command {
  const command = `celeriac email ${action.name}`;
  const help = `Usage: ${command} ${action.words} --app <file>[#<export>] [options]

${action.about}

${listOptions(TOOL_OPTIONS)}`;
  return {
    name: action.name,
    summary: action.summary,
    async run(args) {
      const line = readCommandLine(command, TOOL_OPTIONS, args);
      if (!line) {
        process.stdout.write(`${help}\n`);
        return EXIT_CODE.done;
      }
      const app = requiredApp(command, line.options);
      const words = action.read(command, line.positionals);
      const print = takeStdout();
      await withEmails(app, command, async (outbox) => {
        const email = await action.act(outbox, words);
        await print(line.options.json ? printableJson(email) : action.print(email));
      });
      return EXIT_CODE.done;
    },
  };
}
