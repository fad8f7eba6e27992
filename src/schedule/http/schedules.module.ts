import { type DynamicModule, Module } from '@nestjs/common';
import {
  resolveSchedulesOptions,
  SCHEDULES_SETTINGS,
  type SchedulesModuleOptions,
} from './schedules-options.js';
import { schedulesController } from './schedules.controller.js';

/**
 * Lists all schedules as JSON: `GET /schedules?tz=Europe/Berlin`. Needs TasksModule in the same application.
 *
 * @publicApi
 */
@Module({})
export class SchedulesModule {
  /** @throws {@link InvalidOptionError} */
  static forRoot(options: SchedulesModuleOptions = {}): DynamicModule {
    const { path = 'schedules', ...settings } = resolveSchedulesOptions(options);
    return {
      module: SchedulesModule,
      controllers: [schedulesController(path)],
      providers: [{ provide: SCHEDULES_SETTINGS, useValue: settings }],
    };
  }
}
