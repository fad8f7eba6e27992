// The entry of a worker process: boots the application, and obeys the supervisor that started it.
import { hostname } from 'node:os';
import { type INestApplicationContext, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { appLocation } from '../tasks/options/app-location.js';
import type { WorkerOptions } from '../tasks/options/module-options.js';
import { takeRole } from '../tasks/process-role.js';
import { loadApp, ProcessLogger, TaskWorker } from '../worker/index.js';
import {
  type FromWorker,
  type Launch,
  PULSE_INTERVAL,
  takeLaunch,
  type ToWorker,
} from '../worker/supervisor/index.js';
import { NoTasksModuleError } from './errors.js';
import { seenFrom } from './worker/process-health.js';
import { ProcessMetrics } from './worker/process-metrics.js';
import { EXIT_CODE } from './exit-code.js';
import { explain } from './explain.js';

interface Booted {
  readonly app: INestApplicationContext;
  readonly worker: TaskWorker;
  /** Undefined: nobody wants to know. */
  readonly metrics: ProcessMetrics | undefined;
}

const launch = takeLaunch();
if (!launch) {
  process.stderr.write('This file is started by "celeriac worker", not by hand.\n');
  process.exit(EXIT_CODE.usage);
}
// A signal to all processes of a service is the supervisor's to act on.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'] as const) process.on(signal, () => undefined);
// Where it writes may be gone with the supervisor, before running calls have ended.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const logger = new ProcessLogger(`worker ${launch.number}`);
const booted = boot(launch);
let stopping: Promise<void> | undefined;

process.on('message', (order: ToWorker) => {
  if (order === 'stop' || order === 'stop now') void obey(order);
  else if (typeof order !== 'object' || order === null) return;
  else if ('metrics' in order) void measure(order.metrics);
  else if ('health' in order) void look(order.health);
});
// The supervisor is dead.
process.on('disconnect', () => void obey('stop'));

try {
  const { worker } = await booted;
  worker.whenTainted((tainted) => tell({ tainted }));
  worker.whenStopDelayed((delayed) => tell({ delayed }));
  tell({ ready: worker.report() });
  setInterval(() => tell({ consuming: worker.consuming }), PULSE_INTERVAL).unref();
} catch (error) {
  tell({ failed: explain(error) }, () => process.exit(EXIT_CODE.failed));
}

async function boot({ worker: options, number, metrics }: Launch): Promise<Booted> {
  Logger.overrideLogger(logger);
  takeRole({ kind: 'worker', options, slot: `${hostname()}:${process.ppid}/${number}` });
  const { file, name } = appLocation(options.app, 'celeriac worker', '--app');
  const app = await NestFactory.createApplicationContext(await loadApp(file, name), {
    abortOnError: false,
    logger,
  });
  const worker = workerOf(app, options.app);
  return { app, worker, metrics: metrics ? await ProcessMetrics.of(app, options.app, tell) : undefined };
}

function workerOf(app: INestApplicationContext, module: WorkerOptions['app']): TaskWorker {
  try {
    return app.get(TaskWorker, { strict: false });
  } catch (cause) {
    throw new NoTasksModuleError(String(module), cause);
  }
}

async function measure(question: number): Promise<void> {
  const up = await booted.catch(() => undefined);
  await up?.metrics?.answer(question);
}

/** One that comes while the application boots waits for that. */
async function obey(order: 'stop' | 'stop now'): Promise<void> {
  const up = await booted.catch(() => undefined);
  if (!up) return;
  // Should it fail, stop() hears of it.
  if (order === 'stop now') up.worker.stopNow().catch(() => undefined);
  stopping ??= stop(up);
  await stopping;
}

async function look(answers: number): Promise<void> {
  const { app } = await booted;
  tell({ health: await seenFrom(app), answers });
}

/** Calls end first, while all that they may need is there. Code that was given up may still run: it ends here. */
async function stop({ app, worker, metrics }: Booted): Promise<void> {
  try {
    await worker.stop();
    await metrics?.stop();
    await app.close();
    process.exit(EXIT_CODE.done);
  } catch (error) {
    logger.error(explain(error));
    process.exit(EXIT_CODE.failed);
  }
}

function tell(message: FromWorker, then: () => void = () => undefined): void {
  if (process.connected) process.send?.(message, then);
  else then();
}
