import type { INestApplicationContext } from '@nestjs/common';
import { FailedCalls } from '../../tasks/index.js';
import { StoreClock } from '../../tasks/store-clock.js';
import { NoTasksModuleError } from '../errors.js';
import { withApplication } from '../tool/with-application.js';

/** The failed calls of an application. */
export interface FailedCallsOfApp {
  readonly calls: FailedCalls;
  /** The store's time. */
  readonly now: () => number;
}

/** Boots an application that runs no tasks, acts on its failed calls, and closes it. */
export function withFailedCalls<T>(
  app: string,
  command: string,
  act: (failed: FailedCallsOfApp) => Promise<T>,
): Promise<T> {
  return withApplication(app, command, (context) => act(failedCallsOf(context, app)));
}

function failedCallsOf(context: INestApplicationContext, app: string): FailedCallsOfApp {
  try {
    const clock = context.get(StoreClock, { strict: false });
    return { calls: context.get(FailedCalls, { strict: false }), now: () => clock.now() };
  } catch (cause) {
    throw new NoTasksModuleError(app, cause);
  }
}
