// The entry of a child process: boots the application, and runs what its parent sends.
import 'reflect-metadata';
import { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { takeRole } from '../../../tasks/process-role.js';
import { ProcessLogger } from '../../process-logger.js';
import { loadApp } from '../load-app.js';
import { ChildRuns } from './child-runs.js';
import type { FromChild, ToChild } from '../protocol.js';

const [, , file = '', name = '', parent = ''] = process.argv;
const logger = new ProcessLogger(`child ${process.pid}`);
Logger.overrideLogger(logger);
const send = (message: FromChild) => process.send?.(message);

// Works beside a busy loop, and before the application is up.
new Worker(new URL('./orphan-watch.js', import.meta.url), { workerData: { parent: Number(parent) } }).unref();
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
// A signal to all processes of a service is the parent's to act on.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) process.on(signal, () => undefined);

try {
  takeRole({
    kind: 'child',
    link: { send, onMessage: (listener) => process.on('message', listener as (message: ToChild) => void) },
  });
  const app = await NestFactory.createApplicationContext(await loadApp(file, name), {
    abortOnError: false,
    logger,
  });
  const runs = app.get<ChildRuns>(ChildRuns, { strict: false });
  process.on('message', (message: ToChild) => {
    if (message.type !== 'stop') return;
    app.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
  send({ type: 'ready', tasks: runs.tasks() });
} catch (error) {
  logger.error(error, 'Worker');
  send({ type: 'unfit', message: error instanceof Error ? error.message : String(error) });
}
