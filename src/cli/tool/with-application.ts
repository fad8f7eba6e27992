import { type INestApplicationContext, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { atMost } from '../../tasks/at-most.js';
import { appLocation } from '../../tasks/options/app-location.js';
import { takeRole } from '../../tasks/process-role.js';
import { loadApp, ProcessLogger } from '../../worker/index.js';

/** For the application's own hooks: what was asked for has been done by then. */
const CLOSING_TIME = 10_000;

/** Boots an application that runs no tasks, does something with it, and closes it. */
export async function withApplication<T>(
  app: string,
  command: string,
  act: (context: INestApplicationContext) => Promise<T>,
): Promise<T> {
  const { file, name } = appLocation(app, command, '--app');
  const logger = new ProcessLogger('celeriac');
  logger.setLogLevels(['warn', 'error', 'fatal']);
  Logger.overrideLogger(logger);
  takeRole({ kind: 'tool' });
  const context = await NestFactory.createApplicationContext(await loadApp(file, name), {
    abortOnError: false,
    logger,
  });
  try {
    return await act(context);
  } finally {
    await atMost(CLOSING_TIME, context.close());
  }
}
