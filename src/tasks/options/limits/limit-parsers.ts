import { display, InvalidOptionError } from '../../errors/configuration.errors.js';
import {
  errorClasses,
  type Fields,
  integer,
  oneOf,
  type Parser,
  parseFields,
  text,
  timerDuration,
} from '../option-parsers.js';
import type { KeyOf } from './limit-options.js';
import type {
  BreakerSpec,
  ConcurrencyPolicy,
  LimitDraft,
  RateLimitDraft,
  UniquePolicy,
  WindowPolicy,
} from './limit-policy.js';
import { rate, type RateSpec } from './rate.js';

const MOST = 1_000_000;
const BREAKER_DEFAULTS = { window: 60_000, cooldown: 30_000, on: [Error] };

/** Names of shared limits and breakers. A name is no rate, for it begins with a letter. */
const limitName = text(
  /^[A-Za-z][\w.:/-]{0,199}$/,
  'A name begins with a letter and has letters, digits, "_", ".", ":", "/" or "-".',
);

const keyOf: Parser<KeyOf> = (value, subject, field) => {
  if (typeof value === 'function') return value as KeyOf;
  throw new InvalidOptionError(
    subject,
    field,
    `is ${display(value)}`,
    'Pass a function from the arguments to a key: (args) => args[0].',
  );
};

const or =
  <T, N>(none: N, parser: Parser<T>): Parser<T | N> =>
  (value, subject, field) =>
    value === null ? none : parser(value, subject, field);

/** One object of options, each named by its field. */
function fieldsOf<T extends object>(value: unknown, fields: Fields<T>, subject: string, field: string) {
  return parseFields(value, fields, `${subject}: ${field}`);
}

/** @throws {@link InvalidOptionError} if a field that has no default is missing */
function needed<T>(value: T | undefined, subject: string, field: string, example: string): T {
  if (value !== undefined) return value;
  throw new InvalidOptionError(subject, field, 'is missing', `Write ${example}.`);
}

const isRate = (value: unknown): boolean => typeof value !== 'string' || /^\d/.test(value);

/** A rate with its burst, as TasksModule declares it. */
export const rateSpec: Parser<RateSpec> = (value, subject, field) => {
  if (typeof value !== 'object' || value === null) return { ...rate(value, subject, field), burst: 1 };
  const fields = { limit: rate, burst: integer(1, MOST) };
  const { limit, burst = 1 } = fieldsOf<{ limit: Omit<RateSpec, 'burst'>; burst: number }>(
    value,
    fields,
    subject,
    field,
  );
  return { ...needed(limit, subject, `${field}.limit`, `limit: '50/m'`), burst };
};

const rateLimit: Parser<RateLimitDraft> = (value, subject, field) => {
  const { limit, burst, per, onExceeded } =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? fieldsOf<Record<'limit' | 'burst' | 'per' | 'onExceeded', never>>(
          value,
          {
            limit: (given) => given as never,
            burst: integer(1, MOST) as Parser<never>,
            per: ((given, ...place) =>
              given === 'worker' ? given : keyOf(given, ...place)) as Parser<never>,
            onExceeded: oneOf('delay', 'drop', 'fail') as Parser<never>,
          },
          subject,
          field,
        )
      : { limit: value };
  needed(limit, subject, `${field}.limit`, `limit: '50/m'`);
  const rest = { per: per ?? 'cluster', onExceeded: onExceeded ?? 'delay' } as const;
  if (isRate(limit)) return { limit: { ...rate(limit, subject, field), burst: burst ?? 1 }, ...rest };
  if (burst !== undefined) {
    throw new InvalidOptionError(
      subject,
      `${field}.burst`,
      `is given for the shared limit ${display(limit)}`,
      'Give it where the limit is declared: rateLimits of TasksModule.',
    );
  }
  return { limit: limitName(limit, subject, field), ...rest };
};

const concurrency: Parser<ConcurrencyPolicy> = (value, subject, field) => {
  if (typeof value !== 'object' || value === null)
    return { limit: integer(1, MOST)(value, subject, field), per: null };
  const fields = { limit: integer(1, MOST), per: keyOf };
  const { limit, per = null } = fieldsOf<{ limit: number; per: KeyOf }>(value, fields, subject, field);
  return { limit: needed(limit, subject, `${field}.limit`, 'limit: 3'), per };
};

const unique: Parser<UniquePolicy> = (value, subject, field) => ({
  by: null,
  until: 'finished',
  for: null,
  ...fieldsOf<{ by: KeyOf; until: 'started' | 'finished'; for: number }>(
    value,
    { by: keyOf, until: oneOf('started', 'finished'), for: timerDuration },
    subject,
    field,
  ),
});

const timeWindow: Parser<WindowPolicy> = (value, subject, field) => {
  const fields = { by: keyOf, for: timerDuration };
  const parsed = fieldsOf<{ by: KeyOf; for: number }>(value, fields, subject, field);
  return { by: null, ...parsed, for: needed(parsed.for, subject, `${field}.for`, `for: '5s'`) };
};

export const breakerSpec: Parser<BreakerSpec> = (value, subject, field) => {
  const parsed = fieldsOf<BreakerSpec>(
    value,
    { failures: integer(1, MOST), window: timerDuration, cooldown: timerDuration, on: errorClasses },
    subject,
    field,
  );
  const failures = needed(parsed.failures, subject, `${field}.failures`, 'failures: 5');
  return { ...BREAKER_DEFAULTS, ...parsed, failures };
};

const breaker: Parser<string | BreakerSpec> = (value, subject, field) =>
  typeof value === 'string' ? limitName(value, subject, field) : breakerSpec(value, subject, field);

export const LIMIT_FIELDS: Fields<LimitDraft> = {
  rateLimit: or([], (value, subject, field) =>
    Array.isArray(value)
      ? value.map((one) => rateLimit(one, subject, field))
      : [rateLimit(value, subject, field)],
  ),
  maxConcurrency: or(null, concurrency),
  lock: or(null, keyOf),
  onLocked: oneOf('wait', 'drop', 'fail'),
  unique: or(null, unique),
  debounce: or(null, timeWindow),
  throttle: or(null, timeWindow),
  breaker: or(null, breaker),
  fairBy: or(null, keyOf),
};

/** Shared limits by name. */
export const named =
  <T>(parser: Parser<T>): Parser<Record<string, T>> =>
  (value, subject, field) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new InvalidOptionError(subject, field, `is ${display(value)}`, 'Pass an object by name.');
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        limitName(name, subject, field),
        parser(one, subject, `${field}.${name}`),
      ]),
    );
  };
