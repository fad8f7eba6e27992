import { UsageError } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { listOptions, readCommandLine } from '../read-options.js';
import { ask } from './ask.js';
import { HEALTH_OPTIONS } from './health-options.js';

const NAME = 'celeriac health';
const PROBES = ['live', 'ready', 'startup', 'tasks'];
const DEFAULT_URL = 'http://127.0.0.1:9465/health';

const HELP = `Usage: ${NAME} [live|ready|startup|tasks] [options]

Asks a probe of an application, or of celeriac worker --health-port, and says what it answered: for the probes of
containers. Without a word it asks for ready. tasks sends the token of CELERIAC_TOKEN.

${listOptions(HEALTH_OPTIONS)}

Exit codes: 0 it is well; 1 it is not, or does not answer; 2 usage.`;

/** As {@link Command.run}. */
export async function runHealth(args: readonly string[]): Promise<number> {
  const line = readCommandLine(NAME, HEALTH_OPTIONS, args);
  if (!line) {
    process.stdout.write(`${HELP}\n`);
    return EXIT_CODE.done;
  }
  const { options, positionals } = line;
  const [probe = 'ready', ...more] = positionals;
  if (!PROBES.includes(probe) || more.length > 0)
    throw new UsageError(NAME, `${NAME}: name one of ${PROBES.join(', ')}.`);
  const base = options.url ?? process.env['CELERIAC_HEALTH_URL'] ?? DEFAULT_URL;
  const { well, said } = await ask(`${base}/${probe}`, options.timeout ?? 5_000);
  process.stdout.write(`${said}\n`);
  return well ? EXIT_CODE.done : EXIT_CODE.failed;
}
