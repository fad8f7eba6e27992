export { SentryModule } from './sentry.module.js';
export { TaskCheckIns } from './check-ins/task-check-ins.js';
export type { MonitoredSchedule } from './check-ins/monitor.js';
export type {
  ReportRule,
  SentryModuleAsyncOptions,
  SentryModuleOptions,
  SentryOptionsFactory,
  TaskReportOptions,
  ThrottleOptions,
} from './options/sentry-module-options.js';
