import { display, InvalidOptionError, UndeclaredQueueError } from '../errors/configuration.errors.js';
import { type AppLocation, appLocation } from './app-location.js';
import type { BrokerOptions, Pool, TasksModuleOptions } from './module-options.js';
import {
  boolean,
  duration,
  type Fields,
  integer,
  memory,
  oneOf,
  type Parser,
  parseFields,
  text,
  timerDuration,
} from './option-parsers.js';
import { breakerSpec, named, rateSpec } from './limits/limit-parsers.js';
import type { BreakerSpec } from './limits/limit-policy.js';
import type { RateSpec } from './limits/rate.js';
import { POLICY_FIELDS, queueName } from './resolve-policy.js';
import type { TaskDefaults } from './task-options.js';

export interface ResolvedQueue {
  readonly concurrency: number;
  readonly priorities: boolean;
  readonly fair: boolean;
}

export interface ResolvedWorker {
  readonly queues: readonly string[];
  readonly shutdownTimeout: number;
  readonly lockTime: number;
  readonly heartbeat: number;
  readonly maxAbandoned: number;
  readonly pool: Pool;
  readonly app: AppLocation | undefined;
  readonly concurrency: number | undefined;
  readonly watchdog: boolean;
  readonly maxTasksPerChild: number | undefined;
  /** Bytes. */
  readonly maxMemoryPerChild: number | undefined;
}

/** The module's options with every default in place; durations in milliseconds. */
export interface ResolvedOptions {
  readonly broker: BrokerOptions;
  readonly namespace: string;
  readonly queues: Readonly<Record<string, ResolvedQueue>>;
  readonly defaults: TaskDefaults | undefined;
  readonly rateLimits: Readonly<Record<string, RateSpec>>;
  readonly breakers: Readonly<Record<string, BreakerSpec>>;
  readonly worker: ResolvedWorker | undefined;
  readonly scheduler: boolean;
  readonly enqueueTimeout: number;
  readonly payloadLimit: number;
  readonly resultTtl: number;
  readonly keepFailed: number;
  readonly parkFor: number;
  readonly enhancers: { readonly global: boolean };
}

/** Injection token of {@link ResolvedOptions}. */
export const RESOLVED_OPTIONS = Symbol('celeriac:options');

const MODULE = 'TasksModule';
const DEFAULT_QUEUE: ResolvedQueue = { concurrency: 10, priorities: false, fair: false };

const brokerOptions: Parser<BrokerOptions> = (value, subject, field) => {
  const type = (value as BrokerOptions | undefined)?.type;
  const url = text(/^[a-z]+:\/\/\S+$/i, 'It must be a URL, such as redis://localhost:6379.');
  const path = text(/\S/, 'It must be the path of a directory.');
  const poolSize = integer(2, 1_000);
  const kind: Parser<string> = (given) => given as string;
  const where = `${subject} ${field}`;
  if (type === 'redis') parseFields(value, { type: kind, url }, where);
  else if (type === 'postgres') parseFields(value, { type: kind, url, poolSize }, where);
  else if (type === 'embedded') parseFields(value, { type: kind, dataDir: path, poolSize }, where);
  else {
    throw new InvalidOptionError(
      subject,
      field,
      `has the type ${display(type)}`,
      `Use { type: 'redis', url }, { type: 'postgres', url } or { type: 'embedded', dataDir }.`,
    );
  }
  const needed = type === 'embedded' ? 'dataDir' : 'url';
  if (!(needed in (value as object))) {
    throw new InvalidOptionError(subject, `${field}.${needed}`, 'is missing', `A ${type} broker needs it.`);
  }
  return value as BrokerOptions;
};

const queues: Parser<Record<string, ResolvedQueue>> = (value, subject, field) => {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    throw new InvalidOptionError(
      subject,
      field,
      `is ${display(value)}`,
      'Declare at least one: { default: {} }.',
    );
  }
  const fields: Fields<ResolvedQueue> = {
    concurrency: integer(1, 10_000),
    priorities: boolean,
    fair: boolean,
  };
  return Object.fromEntries(
    Object.entries(value).map(([name, options]) => [
      queueName(name, subject, field),
      { ...DEFAULT_QUEUE, ...parseFields(options, fields, `${subject} queue "${name}"`) },
    ]),
  );
};

const defaults: Parser<TaskDefaults> = (value, subject, field) => {
  parseFields(value, POLICY_FIELDS, `${subject} ${field}`);
  return value as TaskDefaults;
};

const worker: Parser<Partial<ResolvedWorker> | undefined> = (value, subject, field) => {
  if (value === false) return undefined;
  const fields: Fields<ResolvedWorker> = {
    queues: (names) => {
      if (Array.isArray(names) && names.length > 0) return names as string[];
      throw new InvalidOptionError(
        `${subject} ${field}`,
        'queues',
        `is ${display(names)}`,
        'List queue names.',
      );
    },
    shutdownTimeout: timerDuration,
    lockTime: timerDuration,
    heartbeat: timerDuration,
    maxAbandoned: integer(1, 100_000),
    pool: oneOf('async', 'prefork'),
    app: appLocation,
    concurrency: integer(1, 10_000),
    maxTasksPerChild: integer(1, 1_000_000_000),
    maxMemoryPerChild: memory,
    watchdog: boolean,
  };
  return value === true ? {} : parseFields(value, fields, `${subject} ${field}`);
};

const OPTION_FIELDS = {
  broker: brokerOptions,
  namespace: text(/^[a-z_][a-z0-9_]{0,47}$/, 'A namespace has 1 to 48 lower-case letters, digits or "_".'),
  queues,
  defaults,
  rateLimits: named(rateSpec),
  breakers: named(breakerSpec),
  worker,
  scheduler: boolean,
  enqueueTimeout: timerDuration,
  payloadLimit: integer(1_024, 512 * 1024 * 1024),
  resultTtl: duration,
  keepFailed: duration,
  parkFor: duration,
  enhancers: ((value, subject, field) => ({
    global: false,
    ...parseFields(value, { global: boolean }, `${subject} ${field}`),
  })) as Parser<{ global: boolean }>,
};

/**
 * Checks the options of TasksModule and fills in their defaults.
 *
 * @throws {@link InvalidOptionError}, {@link UndeclaredQueueError}
 */
export function resolveModuleOptions(options: TasksModuleOptions): ResolvedOptions {
  const parsed = parseFields(
    options,
    OPTION_FIELDS as unknown as Fields<Required<TasksModuleOptions>>,
    MODULE,
  ) as Partial<Omit<ResolvedOptions, 'worker'>> & { worker?: Partial<ResolvedWorker> };
  if (!parsed.broker) {
    throw new InvalidOptionError(
      MODULE,
      'broker',
      'is missing',
      `Add broker: { type: 'redis', url: 'redis://…' }.`,
    );
  }
  const declared = parsed.queues ?? { default: DEFAULT_QUEUE };
  return {
    broker: parsed.broker,
    namespace: parsed.namespace ?? 'celeriac',
    queues: declared,
    defaults: parsed.defaults,
    rateLimits: parsed.rateLimits ?? {},
    breakers: parsed.breakers ?? {},
    worker: parsed.worker && resolveWorker(parsed.worker, Object.keys(declared)),
    scheduler: parsed.scheduler ?? parsed.worker !== undefined,
    enqueueTimeout: parsed.enqueueTimeout ?? 5_000,
    payloadLimit: parsed.payloadLimit ?? 256 * 1024,
    resultTtl: parsed.resultTtl ?? 86_400_000,
    keepFailed: parsed.keepFailed ?? 14 * 86_400_000,
    parkFor: parsed.parkFor ?? 7 * 86_400_000,
    enhancers: parsed.enhancers ?? { global: false },
  };
}

function resolveWorker(parsed: Partial<ResolvedWorker>, declared: readonly string[]): ResolvedWorker {
  const subject = `${MODULE} worker`;
  const consumed = parsed.queues ?? declared;
  for (const queue of consumed) {
    if (!declared.includes(queue)) throw new UndeclaredQueueError(subject, queue, declared);
  }
  if (parsed.pool === 'prefork' && !parsed.app) {
    throw new InvalidOptionError(
      subject,
      'pool',
      `is 'prefork', but its child processes are not told what to boot`,
      `Add app: new URL('./app.module.js', import.meta.url).`,
    );
  }
  return {
    shutdownTimeout: 20_000,
    lockTime: 15_000,
    heartbeat: 5_000,
    maxAbandoned: 10,
    pool: 'async',
    app: undefined,
    concurrency: undefined,
    watchdog: true,
    maxTasksPerChild: undefined,
    maxMemoryPerChild: undefined,
    ...parsed,
    queues: consumed,
  };
}
