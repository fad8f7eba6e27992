import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { asyncOptionsProviders } from '../tasks/options/async-options.js';
import { MetricsAccessGuard } from './metrics-access.guard.js';
import { metricsController } from './metrics.controller.js';
import {
  METRICS_SETTINGS,
  type MetricsModuleAsyncOptions,
  type MetricsModuleOptions,
  metricsPath,
  resolveMetricsSettings,
} from './metrics-options.js';
import { MetricsService } from './metrics.service.js';
import { loadPromClient, PROM_CLIENT } from './prom-client.js';

/**
 * Metrics of tasks, queues and this process for Prometheus. Needs the package `prom-client`, and TasksModule.
 *
 * A process tells what it has counted itself. Those that `celeriac worker` starts are put together by their supervisor:
 * `--metrics-port`.
 *
 * @publicApi
 */
@Module({})
export class MetricsModule {
  /** @throws {@link InvalidOptionError} */
  static forRoot({ path, ...settings }: MetricsModuleOptions = {}): DynamicModule {
    return create(path, [{ provide: METRICS_SETTINGS, useValue: resolveMetricsSettings(settings) }]);
  }

  /** The same with settings from other providers; they are checked at boot. */
  static forRootAsync(options: MetricsModuleAsyncOptions): DynamicModule {
    const settings = asyncOptionsProviders(
      METRICS_SETTINGS,
      options,
      'createMetricsSettings',
      resolveMetricsSettings,
    );
    return create(options.path, settings, options.imports);
  }
}

function create(
  path: string | null | undefined,
  settings: Provider[],
  imports: DynamicModule['imports'] = [],
): DynamicModule {
  const served = metricsPath(path);
  return {
    module: MetricsModule,
    global: true,
    imports,
    controllers: served === null ? [] : [metricsController(served)],
    providers: [
      ...settings,
      { provide: PROM_CLIENT, useFactory: loadPromClient },
      MetricsService,
      MetricsAccessGuard,
    ],
    exports: [MetricsService],
  };
}
