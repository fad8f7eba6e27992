import type { Telemetry } from 'bullmq';
import { display, InvalidOptionError } from '../tasks/errors/configuration.errors.js';
import type { AsyncOptions } from '../tasks/options/async-options.js';
import { type Fields, type Parser, parseFields } from '../tasks/options/option-parsers.js';

/** Options of TelemetryModule. An unknown one fails the boot. @publicApi */
export interface TelemetryModuleOptions {
  /**
   * What makes spans, and metrics if it has a meter: `new BullMQOtel({ tracerName: 'shop' })` of the package
   * `bullmq-otel`, or anything else that implements BullMQ's `Telemetry`.
   */
  telemetry: Telemetry;
}

/** A provider that makes the options: `useClass` and `useExisting` of `forRootAsync`. @publicApi */
export interface TelemetryOptionsFactory {
  createTelemetryOptions(): TelemetryModuleOptions | Promise<TelemetryModuleOptions>;
}

/** The options of `TelemetryModule.forRootAsync()`. @publicApi */
export type TelemetryModuleAsyncOptions = AsyncOptions<TelemetryModuleOptions, TelemetryOptionsFactory>;

/** Injection token of BullMQ's Telemetry. */
export const TELEMETRY = Symbol('celeriac:telemetry');

const SUBJECT = 'TelemetryModule';
const NEEDED = { tracer: ['startSpan'], contextManager: ['with', 'active', 'getMetadata', 'fromMetadata'] };

const telemetry: Parser<Telemetry> = (value, subject, field) => {
  const given = (value ?? {}) as Record<string, Record<string, unknown> | undefined>;
  for (const [part, methods] of Object.entries(NEEDED)) {
    const missing = methods.find((method) => typeof given[part]?.[method] !== 'function');
    if (missing !== undefined)
      throw new InvalidOptionError(
        subject,
        field,
        `is ${display(value)}: it has no ${part}.${missing}()`,
        `Pass new BullMQOtel({ tracerName: 'shop' }) of the package bullmq-otel.`,
      );
  }
  return value as Telemetry;
};

const FIELDS: Fields<TelemetryModuleOptions> = { telemetry };

/** @throws {@link InvalidOptionError} */
export function resolveTelemetry(options: TelemetryModuleOptions): Telemetry {
  const given = parseFields<TelemetryModuleOptions>(options, FIELDS, SUBJECT);
  return given.telemetry ?? telemetry(undefined, SUBJECT, 'telemetry');
}
