import type { FactoryProvider, Provider } from '@nestjs/common';
import type { HealthModuleAsyncOptions, HealthOptionsFactory } from './health-options.js';
import { HEALTH_OPTIONS, resolveHealthOptions } from './resolve-health-options.js';

/** The provider of the resolved options, from whichever source `forRootAsync` names. */
export function healthOptionsProviders(options: HealthModuleAsyncOptions): Provider[] {
  const provide = HEALTH_OPTIONS;
  if ('useFactory' in options) {
    const make = options.useFactory as FactoryProvider['useFactory'];
    const useFactory = async (...args: unknown[]) => resolveHealthOptions(await make(...args));
    return [{ provide, inject: options.inject ?? [], useFactory }];
  }
  const useFactory = async (source: HealthOptionsFactory) =>
    resolveHealthOptions(await source.createHealthOptions());
  if ('useExisting' in options) return [{ provide, inject: [options.useExisting], useFactory }];
  return [options.useClass, { provide, inject: [options.useClass], useFactory }];
}
