import { accessToken } from '../../tasks/access/access-token.js';
import {
  boolean,
  duration,
  type Fields,
  integer,
  type Parser,
  parseFields,
  text,
  timerDuration,
} from '../../tasks/options/option-parsers.js';
import type { CanaryOptions, HealthModuleOptions, QueueThresholds } from './health-options.js';

/** Milliseconds. */
export interface QueueLimits {
  readonly degradedAfter: number;
  readonly downAfter: number;
  readonly stalledAfter: number;
  readonly maxFailed: number;
}

/** Milliseconds. */
export interface CanaryLimits {
  readonly every: number;
  readonly degradedAfter: number;
  readonly downAfter: number;
}

export interface ResolvedHealthOptions {
  readonly token: string | undefined;
  readonly interval: number;
  readonly timeout: number;
  /** Those of a queue; undefined: nobody looks at it. */
  limitsOf(queue: string): QueueLimits | undefined;
  readonly canary: CanaryLimits | undefined;
  readonly maxEventLoopLag: number;
  readonly maxBrokerLatency: number;
  /** Queues that have thresholds of their own. */
  readonly named: readonly string[];
}

export const HEALTH_OPTIONS = Symbol('celeriac:health-options');

const SUBJECT = 'HealthModule';
const LIMITS: QueueLimits = {
  degradedAfter: 60_000,
  downAfter: 600_000,
  stalledAfter: 60_000,
  maxFailed: Number.POSITIVE_INFINITY,
};
const CANARY: CanaryLimits = { every: 30_000, degradedAfter: 15_000, downAfter: 60_000 };

const LIMIT_FIELDS: Fields<QueueLimits> = {
  degradedAfter: duration,
  downAfter: duration,
  stalledAfter: duration,
  maxFailed: integer(1, 1_000_000_000),
};

const limits: Parser<Partial<QueueLimits>> = (value, subject, field) =>
  parseFields(value as QueueThresholds, LIMIT_FIELDS, `${subject} ${field}`);

const queues: Parser<Record<string, Partial<QueueLimits> | false>> = (value, subject, field) =>
  Object.fromEntries(
    Object.entries((value ?? {}) as object).map(([name, own]) => [
      name,
      own === false ? false : limits(own, subject, `${field}.${name}`),
    ]),
  );

const canary: Parser<Partial<CanaryLimits> | false> = (value, subject, field) => {
  const fields: Fields<CanaryLimits> = {
    every: timerDuration,
    degradedAfter: duration,
    downAfter: duration,
  };
  return value === false ? false : parseFields(value as CanaryOptions, fields, `${subject} ${field}`);
};

const FIELDS = {
  token: accessToken,
  path: text(/^[\w./-]+$/, "Write a path, such as 'health'."),
  controller: boolean,
  interval: timerDuration,
  timeout: timerDuration,
  queues,
  thresholds: limits,
  canary,
  maxEventLoopLag: duration,
  maxBrokerLatency: duration,
};

type Parsed = { [K in keyof typeof FIELDS]?: ReturnType<(typeof FIELDS)[K]> };

/** @throws {@link InvalidOptionError} */
export function resolveHealthOptions(options: HealthModuleOptions = {}): ResolvedHealthOptions {
  const parsed = parseFields(
    options,
    FIELDS as unknown as Fields<Required<HealthModuleOptions>>,
    SUBJECT,
  ) as Parsed;
  return {
    token: parsed.token,
    interval: parsed.interval ?? 15_000,
    timeout: parsed.timeout ?? 2_000,
    limitsOf: (queue) => {
      const own = parsed.queues?.[queue];
      return own === false ? undefined : { ...LIMITS, ...parsed.thresholds, ...own };
    },
    canary: parsed.canary === false ? undefined : { ...CANARY, ...parsed.canary },
    maxEventLoopLag: parsed.maxEventLoopLag ?? 1_000,
    maxBrokerLatency: parsed.maxBrokerLatency ?? 500,
    named: Object.keys(parsed.queues ?? {}),
  };
}
