export { SentryModule } from './sentry.module.js';
export type {
  ReportRule,
  SentryModuleAsyncOptions,
  SentryModuleOptions,
  SentryOptionsFactory,
  TaskReportOptions,
  ThrottleOptions,
} from './options/sentry-module-options.js';
