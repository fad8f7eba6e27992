import { type INestApplicationContext, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { atMost } from '../../tasks/at-most.js';
import { FailedCalls } from '../../tasks/index.js';
import { appLocation } from '../../tasks/options/app-location.js';
import { takeRole } from '../../tasks/process-role.js';
import { StoreClock } from '../../tasks/store-clock.js';
import { loadApp, ProcessLogger } from '../../worker/index.js';
import { NoTasksModuleError } from '../errors.js';

/** For the application's own hooks: what was asked for has been done by then. */
const CLOSING_TIME = 10_000;

/** The failed calls of an application. */
export interface FailedCallsOfApp {
  readonly calls: FailedCalls;
  /** The store's time. */
  readonly now: () => number;
}

/** Boots an application that runs no tasks, acts on its failed calls, and closes it. */
export async function withFailedCalls<T>(
  app: string,
  command: string,
  act: (failed: FailedCallsOfApp) => Promise<T>,
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
    return await act(failedCallsOf(context, app));
  } finally {
    await atMost(CLOSING_TIME, context.close());
  }
}

function failedCallsOf(context: INestApplicationContext, app: string): FailedCallsOfApp {
  try {
    const clock = context.get(StoreClock, { strict: false });
    return { calls: context.get(FailedCalls, { strict: false }), now: () => clock.now() };
  } catch (cause) {
    throw new NoTasksModuleError(app, cause);
  }
}
