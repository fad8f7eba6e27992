import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Provider,
} from '@nestjs/common';
import { TaskInstruments } from '../tasks/index.js';
import { asyncOptionsProviders } from '../tasks/options/async-options.js';
import { processRole } from '../tasks/process-role.js';
import { TaskCheckIns } from './check-ins/task-check-ins.js';
import { DeliveryScopes } from './scope/delivery-scopes.js';
import { checkTaskNames } from './options/check-task-names.js';
import {
  type ResolvedSentryOptions,
  resolveSentryOptions,
  SENTRY_OPTIONS,
} from './options/resolve-sentry-options.js';
import type { SentryModuleAsyncOptions, SentryModuleOptions } from './options/sentry-module-options.js';
import { HealthReports } from './report/health-reports.js';
import { Reporter } from './report/reporter.js';
import { TaskReports } from './report/task-reports.js';
import type { Sdk } from './sdk/load-sdk.js';
import { SDK, startSdk } from './sdk/start-sdk.js';
import { TaskTraces } from './trace/task-traces.js';

/** The pool gives a child two seconds to stop. */
const CHILD_FLUSH = 1_000;

const PROVIDERS: Provider[] = [
  { provide: SDK, inject: [SENTRY_OPTIONS], useFactory: startSdk },
  DeliveryScopes,
  Reporter,
  TaskReports,
  HealthReports,
  TaskTraces,
  TaskCheckIns,
];

/**
 * Reports the calls that fail to Sentry, and traces them from whoever sends them through every attempt. Needs TasksModule
 * in the same application, and the package `@sentry/node`; without the package, or without a DSN, it does nothing.
 *
 * If the application has initialised Sentry itself (`node --import ./instrument.mjs`), that is used as it is.
 *
 * @publicApi
 */
@Module({})
export class SentryModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(SENTRY_OPTIONS) private readonly options: ResolvedSentryOptions,
    @Inject(SDK) private readonly sdk: Sdk | undefined,
    private readonly instruments: TaskInstruments,
    private readonly traces: TaskTraces,
    private readonly tasks: TaskReports,
    private readonly health: HealthReports,
    private readonly checkIns: TaskCheckIns,
    private readonly reporter: Reporter,
  ) {}

  /** @throws {@link InvalidOptionError} */
  onModuleInit(): void {
    checkTaskNames(this.options.tasks.keys());
    if (!this.sdk) return;
    this.instruments.add(this.traces);
    this.tasks.listen();
    this.health.listen();
    this.checkIns.listen();
  }

  async onApplicationShutdown(): Promise<void> {
    if (!this.sdk) return;
    const { flushTimeout } = this.options;
    await this.reporter.close(
      processRole().kind === 'child' ? Math.min(flushTimeout, CHILD_FLUSH) : flushTimeout,
    );
  }

  /** @throws {@link InvalidOptionError} */
  static forRoot(options: SentryModuleOptions = {}): DynamicModule {
    return create([{ provide: SENTRY_OPTIONS, useValue: resolveSentryOptions(options) }]);
  }

  /** The same with options from other providers; they are checked at boot. */
  static forRootAsync(options: SentryModuleAsyncOptions): DynamicModule {
    const resolved = asyncOptionsProviders(
      SENTRY_OPTIONS,
      options,
      'createSentryOptions',
      resolveSentryOptions,
    );
    return create(resolved, options.imports);
  }
}

const create = (options: Provider[], imports: DynamicModule['imports'] = []): DynamicModule => ({
  module: SentryModule,
  imports,
  providers: [...options, ...PROVIDERS],
});
