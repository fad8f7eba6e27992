import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { type AsyncOptions, asyncOptionsProviders } from '../tasks/options/async-options.js';
import { LOGGING_OPTIONS, type LoggingModuleOptions, resolveLoggingOptions } from './logging-options.js';

/** A provider that makes the options. @publicApi */
export interface LoggingOptionsFactory {
  createLoggingOptions(): LoggingModuleOptions | Promise<LoggingModuleOptions>;
}

/** The options of `LoggingModule.forRootAsync()`. @publicApi */
export type LoggingModuleAsyncOptions = AsyncOptions<LoggingModuleOptions, LoggingOptionsFactory>;

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
    const resolved = asyncOptionsProviders(
      LOGGING_OPTIONS,
      options,
      'createLoggingOptions',
      resolveLoggingOptions,
    );
    return create(resolved, options.imports);
  }
}

function create(providers: Provider[], imports: DynamicModule['imports'] = []): DynamicModule {
  return { module: LoggingModule, global: true, imports, providers, exports: [LOGGING_OPTIONS] };
}
