import { accessToken } from '../tasks/access/access-token.js';
import type { Registry } from 'prom-client';
import { display, InvalidOptionError } from '../tasks/errors/configuration.errors.js';
import type { AsyncOptions } from '../tasks/options/async-options.js';
import { type Fields, parseFields, type Parser, text } from '../tasks/options/option-parsers.js';

/** What MetricsModule can be told by another provider. @publicApi */
export interface MetricsSettings {
  /**
   * What scrapers send: `Authorization: Bearer <token>`. Defaults to none: only requests from this machine are answered.
   */
  token?: string;
  /** Labels of everything that is measured here: `{ service: 'shop' }`. Defaults to none. */
  defaultLabels?: Readonly<Record<string, string>>;
  /** Where the application keeps metrics of its own; they are served together. Defaults to one of this module's. */
  registry?: Registry;
}

interface MetricsRoute {
  /** Where metrics are served; null: nowhere in this application. Defaults to `'/metrics'`. */
  path?: string | null;
}

/** The options of `MetricsModule.forRoot()`. @publicApi */
export type MetricsModuleOptions = MetricsSettings & MetricsRoute;

/** A provider that makes the settings: `useClass` and `useExisting` of `forRootAsync`. @publicApi */
export interface MetricsSettingsFactory {
  createMetricsSettings(): MetricsSettings | Promise<MetricsSettings>;
}

/**
 * The options of `MetricsModule.forRootAsync()`. The path stands beside the others: Nest wants to know it before there are
 * providers.
 *
 * @publicApi
 */
export type MetricsModuleAsyncOptions = MetricsRoute & AsyncOptions<MetricsSettings, MetricsSettingsFactory>;

export const METRICS_SETTINGS = Symbol('celeriac:metrics-settings');

const MODULE = 'MetricsModule';
const LABEL = /^[a-zA-Z_]\w*$/;
/** What metrics of ours say by labels of these names. */
const TAKEN = ['task', 'queue', 'exception', 'le', 'state', 'status', 'stat', 'limit', 'breaker', 'outcome'];

const defaultLabels: Parser<Readonly<Record<string, string>>> = (value, subject, field) => {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
  const wrong = entries?.find(
    ([name, label]) =>
      !LABEL.test(name) || name.startsWith('__') || TAKEN.includes(name) || typeof label !== 'string',
  );
  if (entries && !wrong) return value as Record<string, string>;
  throw new InvalidOptionError(
    subject,
    field,
    wrong ? `holds ${display({ [wrong[0]]: wrong[1] })}` : `is ${display(value)}`,
    `Write names of letters and texts, { service: 'shop' }, but none of ${TAKEN.join(', ')}.`,
  );
};

const registry: Parser<Registry> = (value, subject, field) => {
  const { registerMetric } = (value ?? {}) as Partial<Registry>;
  if (typeof registerMetric === 'function') return value as Registry;
  throw new InvalidOptionError(subject, field, `is ${display(value)}`, 'Pass a Registry of prom-client.');
};

const FIELDS: Fields<MetricsSettings> = {
  token: accessToken,
  defaultLabels,
  registry,
};

/** @throws {@link InvalidOptionError} */
export const resolveMetricsSettings = (settings: MetricsSettings): MetricsSettings =>
  parseFields(settings, FIELDS, MODULE);

/** @throws {@link InvalidOptionError} */
export function metricsPath(path: unknown): string | null {
  if (path === undefined) return '/metrics';
  if (path === null) return null;
  return text(/^\/?[\w./-]+$/, `Write '/metrics', or null to serve nothing.`)(path, MODULE, 'path');
}
