import type { FactoryProvider, Provider } from '@nestjs/common';
import type { EmailModuleAsyncOptions, EmailOptionsFactory } from './email-module-options.js';
import { EMAIL_OPTIONS, resolveEmailOptions } from './resolve-email-options.js';

/** The provider of the resolved options, from whichever source `forRootAsync` names. */
export function emailOptionsProviders(options: EmailModuleAsyncOptions): Provider[] {
  if (options.useFactory) {
    const make = options.useFactory as FactoryProvider['useFactory'];
    const useFactory = async (...args: unknown[]) => resolveEmailOptions(await make(...args));
    return [{ provide: EMAIL_OPTIONS, inject: options.inject ?? [], useFactory }];
  }
  const resolved = {
    provide: EMAIL_OPTIONS,
    inject: [options.useExisting ?? options.useClass],
    useFactory: async (source: EmailOptionsFactory) => resolveEmailOptions(await source.createEmailOptions()),
  };
  return options.useClass ? [options.useClass, resolved] : [resolved];
}
