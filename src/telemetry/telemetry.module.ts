import { type DynamicModule, Module, type OnModuleInit, type Provider } from '@nestjs/common';
import { TaskInstruments } from '../tasks/index.js';
import { asyncOptionsProviders } from '../tasks/options/async-options.js';
import { TaskTelemetry } from './task-telemetry.js';
import {
  resolveTelemetry,
  TELEMETRY,
  type TelemetryModuleAsyncOptions,
  type TelemetryModuleOptions,
} from './telemetry-options.js';

/**
 * OpenTelemetry, or whatever else implements BullMQ's `Telemetry`: a span where a call is sent, and one for every attempt
 * in the same trace. Needs TasksModule in the same application.
 *
 * @publicApi
 */
@Module({})
export class TelemetryModule implements OnModuleInit {
  constructor(
    private readonly instruments: TaskInstruments,
    private readonly telemetry: TaskTelemetry,
  ) {}

  onModuleInit(): void {
    this.instruments.add(this.telemetry);
  }

  /** @throws {@link InvalidOptionError} */
  static forRoot(options: TelemetryModuleOptions): DynamicModule {
    return create([{ provide: TELEMETRY, useValue: resolveTelemetry(options) }]);
  }

  /** The same with options from other providers; they are checked at boot. */
  static forRootAsync(options: TelemetryModuleAsyncOptions): DynamicModule {
    const resolved = asyncOptionsProviders(TELEMETRY, options, 'createTelemetryOptions', resolveTelemetry);
    return create(resolved, options.imports);
  }
}

const create = (options: Provider[], imports: DynamicModule['imports'] = []): DynamicModule => ({
  module: TelemetryModule,
  imports,
  providers: [...options, TaskTelemetry],
});
