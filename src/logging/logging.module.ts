import {
  type DynamicModule,
  type FactoryProvider,
  Module,
  type ModuleMetadata,
  type Provider,
  type Type,
} from '@nestjs/common';
import { LOGGING_OPTIONS, type LoggingModuleOptions, resolveLoggingOptions } from './logging-options.js';

/** A provider that makes the options: `useClass` and `useExisting` of `forRootAsync`. @publicApi */
export interface LoggingOptionsFactory {
  createLoggingOptions(): LoggingModuleOptions | Promise<LoggingModuleOptions>;
}

/** The options of `LoggingModule.forRootAsync()`: one of `useFactory`, `useClass` and `useExisting`. @publicApi */
export type LoggingModuleAsyncOptions = Pick<ModuleMetadata, 'imports'> &
  (
    | {
        useFactory: (...args: never[]) => LoggingModuleOptions | Promise<LoggingModuleOptions>;
        inject?: FactoryProvider['inject'];
      }
    | { useClass: Type<LoggingOptionsFactory> }
    | { useExisting: Type<LoggingOptionsFactory> }
  );

/**
 * Logs every outcome of a call, also that it has gone well. What has gone wrong is logged without this module, too.
 *
 * It sets no logger: that is {@link CeleriacLogger}, or any other of Nest's.
 *
 * @publicApi
 */
@Module({})
export class LoggingModule {
  /** @throws {@link InvalidOptionError} */
  static forRoot(options: LoggingModuleOptions = {}): DynamicModule {
    return create([{ provide: LOGGING_OPTIONS, useValue: resolveLoggingOptions(options) }]);
  }

  /** The same with options from other providers; they are checked at boot. */
  static forRootAsync(options: LoggingModuleAsyncOptions): DynamicModule {
    return create(providersOf(options), options.imports);
  }
}

function create(providers: Provider[], imports: DynamicModule['imports'] = []): DynamicModule {
  return { module: LoggingModule, global: true, imports, providers, exports: [LOGGING_OPTIONS] };
}

function providersOf(options: LoggingModuleAsyncOptions): Provider[] {
  if ('useFactory' in options) {
    const make = options.useFactory as FactoryProvider['useFactory'];
    const useFactory = async (...args: unknown[]) => resolveLoggingOptions(await make(...args));
    return [{ provide: LOGGING_OPTIONS, inject: options.inject ?? [], useFactory }];
  }
  const useFactory = async (source: LoggingOptionsFactory) =>
    resolveLoggingOptions(await source.createLoggingOptions());
  if ('useExisting' in options)
    return [{ provide: LOGGING_OPTIONS, inject: [options.useExisting], useFactory }];
  return [options.useClass, { provide: LOGGING_OPTIONS, inject: [options.useClass], useFactory }];
}
