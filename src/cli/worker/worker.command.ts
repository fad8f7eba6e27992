import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';
import { appLocation } from '../../tasks/options/app-location.js';
import type { WorkerOptions } from '../../tasks/options/module-options.js';
import { logFormat, setLogFormat } from '../../tasks/log/log-format.js';
import { ProcessLogger, type WorkerReport } from '../../worker/index.js';
import { STOP_SIGNALS, Supervisor } from '../../worker/supervisor/index.js';
import { EXIT_CODE } from '../exit-code.js';
import { listOptions, type OptionValues, readOptions } from '../read-options.js';
import { requiredApp } from '../tool/required-app.js';
import { version } from '../version.js';
import { banner } from './banner.js';
import { openMetrics, openProbes } from './probe-endpoints.js';
import { WORKER_OPTIONS } from './worker-options.js';

const NAME = 'celeriac worker';
const SCRIPT = fileURLToPath(new URL('../worker-process.js', import.meta.url));

const logger = new Logger('Supervisor');

const HELP = `Usage: ${NAME} --app <file>[#<export>] [options]

Starts worker processes, puts back what they held if they die, starts them again, and stops them in good order:
SIGTERM or SIGINT waits for running calls; once more, or SIGQUIT, hands them back at once; a third time kills.

${listOptions(WORKER_OPTIONS)}

Exit codes: 0 stopped in time; 1 could not start; 2 usage; 3 something had to be killed.`;

/** As {@link Command.run}. */
export async function runWorker(args: readonly string[]): Promise<number> {
  const options = readOptions(NAME, WORKER_OPTIONS, args);
  if (!options) {
    process.stdout.write(`${HELP}\n`);
    return EXIT_CODE.done;
  }
  const { processes = 1, 'log-format': format } = options;
  const app = requiredApp(NAME, options);
  if (format) setLogFormat(format);
  Logger.overrideLogger(new ProcessLogger('celeriac'));
  const metrics = await openMetrics(NAME, options);
  const supervisor = new Supervisor({
    script: SCRIPT,
    processes,
    worker: workerOptions(app, options),
    ...(metrics && { metrics }),
    onReady: (report) => greet(processes, report),
  });
  for (const signal of STOP_SIGNALS) process.on(signal, () => supervisor.signal(signal));
  const probes = await openProbes(supervisor, metrics, options);
  try {
    return (await supervisor.run()) ? EXIT_CODE.done : EXIT_CODE.forced;
  } finally {
    for (const server of probes) server.close();
  }
}

/** Where lines are JSON, nothing else is written among them. */
function greet(processes: number, report: WorkerReport): void {
  const text = banner(version(), processes, report);
  if (logFormat() === 'json') logger.log(text);
  else process.stdout.write(`\n${text}\n\n`);
}

/** Only what was given: the rest is as the application's module says. */
function workerOptions(app: string, given: OptionValues<typeof WORKER_OPTIONS>): WorkerOptions {
  const { file, name } = appLocation(app, NAME, '--app');
  const { queues, concurrency, pool, 'shutdown-timeout': shutdownTimeout } = given;
  return {
    app: name === undefined ? file : `${file}#${name}`,
    ...(queues && { queues }),
    ...(concurrency !== undefined && { concurrency }),
    ...(pool && { pool }),
    ...(shutdownTimeout && { shutdownTimeout }),
  };
}
