import { LONGEST_TIMER, parseDuration } from '../duration.js';
import { display, InvalidOptionError } from '../errors/configuration.errors.js';
import type { ErrorClass } from './task-options.js';

/** Turns the raw value of one field into its resolved form, or throws an {@link InvalidOptionError}. */
export type Parser<T> = (value: unknown, subject: string, field: string) => T;

/** The parsers of an options object: every field it may have, and no other. */
export type Fields<T> = { readonly [K in keyof T]-?: Parser<T[K]> };

export const duration: Parser<number> = (value, subject, field) => {
  try {
    return parseDuration(value);
  } catch {
    throw new InvalidOptionError(
      subject,
      field,
      `is ${display(value)}, not a duration`,
      `Write a number with a unit, such as '30s' or '10m'.`,
    );
  }
};

/** A duration above zero that a timer can wait for. */
export const timerDuration: Parser<number> = (value, subject, field) => {
  const milliseconds = duration(value, subject, field);
  if (milliseconds > 0 && milliseconds <= LONGEST_TIMER) return milliseconds;
  throw new InvalidOptionError(
    subject,
    field,
    `is ${display(value)}`,
    `It must be above zero and at most '24d'.`,
  );
};

/** The same, or `null` for no limit. */
export const limit: Parser<number | null> = (value, subject, field) =>
  value === null ? null : timerDuration(value, subject, field);

export const integer =
  (minimum: number, maximum: number): Parser<number> =>
  (value, subject, field) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum && value <= maximum) {
      return value;
    }
    throw new InvalidOptionError(
      subject,
      field,
      `is ${display(value)}`,
      `It must be a whole number from ${minimum} to ${maximum}.`,
    );
  };

export const nullableInteger = (minimum: number, maximum: number): Parser<number | null> => {
  const parse = integer(minimum, maximum);
  return (value, subject, field) => (value === null ? null : parse(value, subject, field));
};

const BYTES = { MB: 1024 ** 2, GB: 1024 ** 3 } as const;

/** Bytes of an amount of memory. */
export const memory: Parser<number> = (value, subject, field) => {
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)(MB|GB)$/.exec(value) : null;
  if (match) return Math.round(Number(match[1]) * BYTES[match[2] as keyof typeof BYTES]);
  throw new InvalidOptionError(subject, field, `is ${display(value)}`, `Write '512MB' or '2GB'.`);
};

export const boolean: Parser<boolean> = (value, subject, field) => {
  if (typeof value === 'boolean') return value;
  throw new InvalidOptionError(subject, field, `is ${display(value)}`, 'It must be true or false.');
};

export const oneOf =
  <T extends string>(...choices: readonly T[]): Parser<T> =>
  (value, subject, field) => {
    if (choices.includes(value as T)) return value as T;
    const listed = choices.map((choice) => `'${choice}'`).join(' or ');
    throw new InvalidOptionError(subject, field, `is ${display(value)}`, `Use ${listed}.`);
  };

export const text =
  (pattern: RegExp, rule: string): Parser<string> =>
  (value, subject, field) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new InvalidOptionError(subject, field, `is ${display(value)}`, rule);
  };

export const errorClasses: Parser<readonly ErrorClass[]> = (value, subject, field) => {
  const wrong = Array.isArray(value) ? value.find((item) => !isErrorClass(item)) : value;
  if (Array.isArray(value) && wrong === undefined) return value as ErrorClass[];
  throw new InvalidOptionError(
    subject,
    field,
    `holds ${display(wrong)}, which is not a class of errors`,
    'List classes that extend Error: [TypeError, BadImage].',
  );
};

function isErrorClass(value: unknown): value is ErrorClass {
  return typeof value === 'function' && (value === Error || value.prototype instanceof Error);
}

/** Reads the given fields of an options object; refuses unknown ones with the nearest known name. */
export function parseFields<T extends object>(raw: unknown, fields: Fields<T>, subject: string): Partial<T> {
  if (raw === undefined) return {};
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new InvalidOptionError(subject, 'options', `is ${display(raw)}`, 'Pass an object of options.');
  }
  const parsed: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(raw)) {
    const parser = Object.hasOwn(fields, field) ? fields[field as keyof T] : undefined;
    if (!parser) throw unknownOption(subject, field, Object.keys(fields));
    if (value !== undefined) parsed[field] = parser(value, subject, field);
  }
  return parsed as Partial<T>;
}

export function unknownOption(subject: string, field: string, known: readonly string[]): InvalidOptionError {
  const nearest = known
    .map((name) => ({ name, distance: editDistance(name.toLowerCase(), field.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  const guess =
    nearest && nearest.distance <= Math.max(2, nearest.name.length / 3)
      ? `Did you mean "${nearest.name}"?`
      : `Known options: ${known.join(', ')}.`;
  return new InvalidOptionError(subject, field, 'is unknown', guess);
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
