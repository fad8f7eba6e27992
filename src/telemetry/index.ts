export { TelemetryModule } from './telemetry.module.js';
export type {
  TelemetryModuleAsyncOptions,
  TelemetryModuleOptions,
  TelemetryOptionsFactory,
} from './telemetry-options.js';
