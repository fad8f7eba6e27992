import type { INestApplicationContext } from '@nestjs/common';
import { Schedules } from '../../schedule/index.js';
import { NoTasksModuleError } from '../errors.js';
import { withApplication } from '../tool/with-application.js';

/** Boots an application that runs no tasks, acts on its schedules, and closes it. */
export function withSchedules<T>(
  app: string,
  command: string,
  act: (schedules: Schedules) => Promise<T>,
): Promise<T> {
  return withApplication(app, command, (context) => act(schedulesOf(context, app)));
}

function schedulesOf(context: INestApplicationContext, app: string): Schedules {
  try {
    return context.get(Schedules, { strict: false });
  } catch (cause) {
    throw new NoTasksModuleError(app, cause);
  }
}
