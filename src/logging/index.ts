export { CeleriacLogger, type CeleriacLoggerOptions } from '../tasks/log/celeriac-logger.js';
export type { LogFormat } from '../tasks/log/log-format.js';
export { redact, type Redactor } from '../tasks/log/redact.js';
export {
  LoggingModule,
  type LoggingModuleAsyncOptions,
  type LoggingOptionsFactory,
} from './logging.module.js';
export type { LoggingModuleOptions } from './logging-options.js';
export { TaskEventLog } from './task-event-log.js';
