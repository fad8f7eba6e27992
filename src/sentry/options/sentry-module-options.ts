import type { Duration } from '../../tasks/index.js';
import type { AsyncOptions } from '../../tasks/options/async-options.js';

/**
 * Which failures of a call make an event: `final`, the one after which it is not run again; `every`; or those from the
 * given failed attempt on, and the final one in any case.
 *
 * @publicApi
 */
export type ReportRule = 'final' | 'every' | { after: number };

/** What one task does differently. @publicApi */
export interface TaskReportOptions {
  /** Defaults to that of the module. */
  report?: ReportRule;
  /** Defaults to that of the module. */
  sendArguments?: boolean;
}

/**
 * How many events alike, of one task and one class of errors, leave a process within a period. The others are counted,
 * and one event at its end says how many there were.
 *
 * @publicApi
 */
export interface ThrottleOptions {
  /** Defaults to 10. */
  events?: number;
  /** Defaults to `'5m'`. */
  period?: Duration;
}

/**
 * Options of SentryModule. An unknown one fails the boot.
 *
 * @publicApi
 */
export interface SentryModuleOptions {
  /**
   * Where events go. Without one, `null` and `''` included, nothing is reported. It, and the two after it, are not read
   * if the application has initialised Sentry itself. Defaults to the environment variable `SENTRY_DSN`.
   */
  dsn?: string | null;
  /** Defaults to `SENTRY_ENVIRONMENT`, then to `production`. */
  environment?: string;
  /** Defaults to `SENTRY_RELEASE`. */
  release?: string;
  /**
   * Which part of the traces is recorded, from 0 to 1; spans are sent of those. Errors belong to a trace in any case.
   * Defaults to `SENTRY_TRACES_SAMPLE_RATE`, then to none.
   */
  tracesSampleRate?: number;
  /** Which failures are reported. Defaults to `final`. */
  report?: ReportRule;
  /** What single tasks do differently, by their name; `false` reports nothing of a task. A name that no task has fails the boot. */
  tasks?: Record<string, false | TaskReportOptions>;
  /**
   * Sends along what a failed call was called with, without addresses, and without fields that are named like secrets
   * or the parts of a message. Defaults to false.
   */
  sendArguments?: boolean;
  /** Defaults to 10 events in 5 minutes; `null` lets all of them go. */
  throttle?: ThrottleOptions | null;
  /**
   * How long a shutdown waits for what is not sent yet. Child processes wait for a second at most; a worker under
   * `celeriac worker` is killed eight seconds after its `shutdownTimeout`. Defaults to `'2s'`.
   */
  flushTimeout?: Duration;
}

/** A provider that makes the options: `useClass` and `useExisting` of `forRootAsync`. @publicApi */
export interface SentryOptionsFactory {
  createSentryOptions(): SentryModuleOptions | Promise<SentryModuleOptions>;
}

/** The options of `SentryModule.forRootAsync()`. @publicApi */
export type SentryModuleAsyncOptions = AsyncOptions<SentryModuleOptions, SentryOptionsFactory>;
