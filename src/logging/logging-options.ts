import { boolean, type Fields, parseFields } from '../tasks/options/option-parsers.js';

/** The options of `LoggingModule.forRoot()`. @publicApi */
export interface LoggingModuleOptions {
  /**
   * Whether calls that have gone well are logged, too: one line each, at level `log` (succeeded, ignored, revoked) or
   * `debug` (put off by a limit, snoozed, handed back). Defaults to true.
   */
  succeeded?: boolean;
}

export type ResolvedLoggingOptions = Required<LoggingModuleOptions>;

/** Without LoggingModule there are none: what has gone well is not logged. */
export const LOGGING_OPTIONS = Symbol('celeriac:logging-options');

const FIELDS: Fields<LoggingModuleOptions> = { succeeded: boolean };

/** @throws {@link InvalidOptionError} */
export const resolveLoggingOptions = (options: LoggingModuleOptions): ResolvedLoggingOptions => ({
  succeeded: true,
  ...parseFields(options, FIELDS, 'LoggingModule'),
});
