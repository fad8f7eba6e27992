import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { asyncOptionsProviders } from '../../tasks/options/async-options.js';
import {
  resolveSchedulesSettings,
  SCHEDULES_SETTINGS,
  type SchedulesModuleAsyncOptions,
  type SchedulesModuleOptions,
  schedulesPath,
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
  static forRoot({ path, ...settings }: SchedulesModuleOptions = {}): DynamicModule {
    return create(path, [{ provide: SCHEDULES_SETTINGS, useValue: resolveSchedulesSettings(settings) }]);
  }

  /** The same with settings from other providers; they are checked at boot. */
  static forRootAsync(options: SchedulesModuleAsyncOptions): DynamicModule {
    const settings = asyncOptionsProviders(
      SCHEDULES_SETTINGS,
      options,
      'createSchedulesSettings',
      resolveSchedulesSettings,
    );
    return create(options.path, settings, options.imports);
  }
}

const create = (
  path: string | undefined,
  providers: Provider[],
  imports: DynamicModule['imports'] = [],
): DynamicModule => ({
  module: SchedulesModule,
  imports,
  controllers: [schedulesController(schedulesPath(path))],
  providers,
});
