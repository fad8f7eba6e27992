import { parseDuration } from '../../tasks/duration.js';
import { display, InvalidOptionError } from '../../tasks/errors/configuration.errors.js';
import {
  boolean,
  type Fields,
  integer,
  type Parser,
  parseFields,
  text,
  timerDuration,
} from '../../tasks/options/option-parsers.js';
import { dsn } from './dsn.js';
import type { SentryModuleOptions } from './sentry-module-options.js';

/** Injection token of the {@link ResolvedSentryOptions}. */
export const SENTRY_OPTIONS = Symbol('celeriac:sentry-options');

/** What is reported of a task. */
export interface TaskRule {
  /** The failed attempt from which on each is reported; the final one is in any case. */
  readonly after: number;
  readonly sendArguments: boolean;
}

export interface Throttle {
  readonly events: number;
  /** Milliseconds. */
  readonly period: number;
}

/** The options with every default in place; times in milliseconds. */
export interface ResolvedSentryOptions {
  readonly dsn: string | null;
  readonly environment: string | undefined;
  readonly release: string | undefined;
  readonly tracesSampleRate: number | undefined;
  readonly rule: TaskRule;
  readonly tasks: ReadonlyMap<string, TaskRule | false>;
  readonly throttle: Throttle | null;
  readonly flushTimeout: number;
}

const SUBJECT = 'SentryModule';

const rule: Parser<number> = (value, subject, field) => {
  if (value === 'final') return Number.POSITIVE_INFINITY;
  if (value === 'every') return 1;
  if (typeof value === 'object' && value !== null) {
    const { after } = parseFields(value, { after: integer(1, 1_000_000) }, `${subject}, ${field}`);
    if (after !== undefined) return after;
  }
  throw new InvalidOptionError(
    subject,
    field,
    `is ${display(value)}`,
    `Use 'final', 'every' or { after: 3 }.`,
  );
};

const share: Parser<number> = (value, subject, field) => {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new InvalidOptionError(subject, field, `is ${display(value)}`, 'It must be a number from 0 to 1.');
};

const THROTTLE: Fields<Throttle> = { events: integer(1, 1_000_000), period: timerDuration };
const DEFAULT_THROTTLE: Throttle = { events: 10, period: parseDuration('5m') };

const throttle: Parser<Throttle | null> = (value, subject, field) =>
  value === null ? null : { ...DEFAULT_THROTTLE, ...parseFields(value, THROTTLE, `${subject}, ${field}`) };

interface TaskFields {
  report: number;
  sendArguments: boolean;
}

const TASK: Fields<TaskFields> = { report: rule, sendArguments: boolean };

const tasks: Parser<Record<string, Partial<TaskFields> | false>> = (value, subject, field) => {
  const raw = parseObject(value, subject, field);
  const entries = Object.entries(raw).map(([task, own]) => [
    task,
    own === false ? false : parseFields(own, TASK, `${subject}, tasks["${task}"]`),
  ]);
  return Object.fromEntries(entries) as Record<string, Partial<TaskFields> | false>;
};

function parseObject(value: unknown, subject: string, field: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new InvalidOptionError(
    subject,
    field,
    `is ${display(value)}`,
    `Name tasks: { 'thumbnail.render': { report: 'every' } }.`,
  );
}

interface SentryFields {
  dsn: string | null;
  environment: string;
  release: string;
  tracesSampleRate: number;
  report: number;
  tasks: Record<string, Partial<TaskFields> | false>;
  sendArguments: boolean;
  throttle: Throttle | null;
  flushTimeout: number;
}

const FIELDS: Fields<SentryFields> = {
  dsn,
  environment: text(/^[^\s/]{1,64}$/, 'It has at most 64 characters, no space and no slash.'),
  release: text(/^[^\r\n]{1,200}$/, 'It is one line of at most 200 characters.'),
  tracesSampleRate: share,
  report: rule,
  tasks,
  sendArguments: boolean,
  throttle,
  flushTimeout: timerDuration,
};

/** Validates the options and puts every default in place. @throws {@link InvalidOptionError} */
export function resolveSentryOptions(
  raw: SentryModuleOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): ResolvedSentryOptions {
  const fields = parseFields<SentryFields>(raw, FIELDS, SUBJECT);
  const own = {
    after: fields.report ?? Number.POSITIVE_INFINITY,
    sendArguments: fields.sendArguments ?? false,
  };
  return {
    dsn: fields.dsn === undefined ? dsn(env['SENTRY_DSN'] ?? null, SUBJECT, 'dsn (SENTRY_DSN)') : fields.dsn,
    environment: fields.environment,
    release: fields.release,
    tracesSampleRate: fields.tracesSampleRate ?? shareFrom(env['SENTRY_TRACES_SAMPLE_RATE']),
    rule: own,
    tasks: new Map(
      Object.entries(fields.tasks ?? {}).map(([task, more]) => [
        task,
        more && { after: more.report ?? own.after, sendArguments: more.sendArguments ?? own.sendArguments },
      ]),
    ),
    throttle: fields.throttle === undefined ? DEFAULT_THROTTLE : fields.throttle,
    flushTimeout: fields.flushTimeout ?? parseDuration('2s'),
  };
}

const shareFrom = (variable: string | undefined): number | undefined =>
  variable ? share(Number(variable), SUBJECT, 'tracesSampleRate (SENTRY_TRACES_SAMPLE_RATE)') : undefined;

/** What is reported of a task; `false`: nothing. */
export const ruleOf = (options: ResolvedSentryOptions, task: string): TaskRule | false =>
  options.tasks.get(task) ?? options.rule;
