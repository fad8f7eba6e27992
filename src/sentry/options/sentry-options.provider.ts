import type { FactoryProvider, Provider } from '@nestjs/common';
import { resolveSentryOptions, SENTRY_OPTIONS } from './resolve-sentry-options.js';
import type { SentryModuleAsyncOptions, SentryOptionsFactory } from './sentry-module-options.js';

/** The provider of the resolved options, from whichever source `forRootAsync` names. */
export function sentryOptionsProviders(options: SentryModuleAsyncOptions): Provider[] {
  if (options.useFactory) {
    const make = options.useFactory as FactoryProvider['useFactory'];
    const useFactory = async (...args: unknown[]) => resolveSentryOptions(await make(...args));
    return [{ provide: SENTRY_OPTIONS, inject: options.inject ?? [], useFactory }];
  }
  const resolved = {
    provide: SENTRY_OPTIONS,
    inject: [options.useExisting ?? options.useClass],
    useFactory: async (source: SentryOptionsFactory) =>
      resolveSentryOptions(await source.createSentryOptions()),
  };
  return options.useClass ? [options.useClass, resolved] : [resolved];
}
