import type { Duration } from '../../tasks/index.js';
import type { AsyncOptions } from '../../tasks/options/async-options.js';

/** When a queue is degraded or down. @publicApi */
export interface QueueThresholds {
  /** Degraded when a call has been due for this time and has not begun. Defaults to `'1m'`. */
  degradedAfter?: Duration;
  /** Down when it has been for this time. Defaults to `'10m'`. */
  downAfter?: Duration;
  /** Down when calls are due, and no worker has been handed any for this time. Defaults to `'1m'`. */
  stalledAfter?: Duration;
  /** Degraded when so many failed and quarantined calls are kept. Defaults to no limit. */
  maxFailed?: number;
}

/** A call that does nothing, sent through each queue to see that it is served. @publicApi */
export interface CanaryOptions {
  /** How often, in the whole cluster. Defaults to `'30s'`. */
  every?: Duration;
  /** Degraded when one has waited for this time. Defaults to `'15s'`. */
  degradedAfter?: Duration;
  /** Down when it has for this time. Defaults to `'1m'`. */
  downAfter?: Duration;
}

/** @publicApi */
export interface HealthModuleOptions {
  /**
   * What `Authorization: Bearer …` has to carry for `/health/tasks`. Without it that path answers requests from this machine
   * only.
   */
  token?: string;
  /** Where the probes are. Defaults to `'health'`. */
  path?: string;
  /** Whether the module serves them; without, its indicators can be used in a controller of your own. Defaults to true. */
  controller?: boolean;
  /** How often everything is looked at, to tell of what becomes better or worse. Defaults to `'15s'`. */
  interval?: Duration;
  /** How long each look may take; then what is looked at is down. Defaults to `'2s'`. */
  timeout?: Duration;
  /** For each queue; `false` leaves it out. What is not named takes `thresholds`. */
  queues?: Record<string, QueueThresholds | false>;
  /** For all queues. */
  thresholds?: QueueThresholds;
  /** `false`: none is sent. */
  canary?: CanaryOptions | false;
  /** Workers are degraded when the event loop of one was later than this. Defaults to `'1s'`. */
  maxEventLoopLag?: Duration;
  /** The broker is degraded when it takes longer than this to answer. Defaults to `'500ms'`. */
  maxBrokerLatency?: Duration;
}

/** A provider that makes the options. @publicApi */
export interface HealthOptionsFactory {
  createHealthOptions(): HealthModuleOptions | Promise<HealthModuleOptions>;
}

/**
 * The options of `HealthModule.forRootAsync()`. Nest wants to know `path` and `controller` before the others are made.
 *
 * @publicApi
 */
export type HealthModuleAsyncOptions = AsyncOptions<HealthModuleOptions, HealthOptionsFactory> &
  Pick<HealthModuleOptions, 'path' | 'controller'>;
