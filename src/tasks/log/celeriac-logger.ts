import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { InvalidOptionError } from '../errors/configuration.errors.js';
import { boolean, type Fields, oneOf, parseFields, type Parser, text } from '../options/option-parsers.js';
import { lateLines } from './late-lines.js';
import { formatFacts, isLate, lineFacts, taskFacts } from './log-facts.js';
import { type LogFormat, logFormat } from './log-format.js';
import { plainCopy, redact, type Redactor } from './redact.js';

/** @publicApi */
export interface CeleriacLoggerOptions {
  /** Defaults to what CELERIAC_LOG_FORMAT says, else `'pretty'`. */
  format?: LogFormat;
  /**
   * Whether passwords, tokens and e-mail addresses are left out of all that is written; a function takes the place of
   * {@link redact}. Defaults to true.
   */
  redact?: boolean | Redactor;
  /** Levels that are written. Defaults to what NEST_LOG_LEVEL says, else all. */
  logLevels?: LogLevel[];
  /** The name of the process: before each line, and as `process` in JSON. Defaults to none. */
  prefix?: string;
  /** Defaults to whether the terminal has colors. JSON has none. */
  colors?: boolean;
}

const LEVELS = ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'] as const satisfies readonly LogLevel[];

const level = oneOf(...LEVELS);
const levels: Parser<LogLevel[]> = (value, subject, field) => {
  if (Array.isArray(value)) return value.map((one) => level(one, subject, field));
  throw new InvalidOptionError(subject, field, 'is not a list', `List levels: ['log', 'warn', 'error'].`);
};

const redactor: Parser<boolean | Redactor> = (value, subject, field) =>
  typeof value === 'function' ? (value as Redactor) : boolean(value, subject, field);

const FIELDS: Fields<CeleriacLoggerOptions> = {
  format: oneOf('json', 'pretty'),
  redact: redactor,
  logLevels: levels,
  prefix: text(/^[^\p{Cc}]+$/u, 'It must be a line of text.'),
  colors: boolean,
};

interface JsonOptions {
  context: string;
  logLevel: LogLevel;
  writeStreamType?: 'stdout' | 'stderr';
  errorStack?: unknown;
  params?: Record<string, unknown>;
  error?: Error;
}

/**
 * Nest's logger, with three things more: a line that is written inside a task says which call it belongs to, whoever
 * wrote it; no line holds passwords, tokens or e-mail addresses; and JSON is one object a line, whatever is logged.
 *
 * `NestFactory.create(AppModule, { logger: new CeleriacLogger({ format: 'json' }) })`. Processes that
 * `celeriac worker` starts have one without being told. Celery: `worker_task_log_format`.
 *
 * @publicApi
 */
export class CeleriacLogger extends ConsoleLogger {
  private readonly clean: Redactor;

  /** @throws {@link InvalidOptionError} */
  constructor(options: CeleriacLoggerOptions = {}) {
    const {
      format = logFormat(),
      redact: asked = true,
      ...rest
    } = parseFields(options, FIELDS, 'CeleriacLogger');
    const json = format === 'json';
    super(json ? { ...rest, json, colors: false, compact: true } : rest);
    this.clean = cleaning(asked, json);
  }

  protected override printMessages(
    messages: unknown[],
    context?: string,
    logLevel?: LogLevel,
    stream?: 'stdout' | 'stderr',
    stack?: unknown,
    params?: Record<string, unknown>,
  ): void {
    super.printMessages(
      messages.map((message) => this.clean(this.resolveMessage(message))),
      context && String(this.clean(context)),
      logLevel,
      stream,
      this.clean(stack),
      params && (this.clean(params) as Record<string, unknown>),
    );
  }

  protected override printAsJson(message: unknown, options: JsonOptions): void {
    if (isLate())
      return lateLines.add(`${this.stringifyJsonLogObject(this.getJsonLogObject(message, options))}\n`);
    lateLines.flush();
    super.printAsJson(message, options);
  }

  /** Text that is not JSON comes past {@link printMessages}. */
  protected override printStackTrace(stack: string): void {
    super.printStackTrace(this.clean(stack) as string);
  }

  protected override formatContext(context: string): string {
    const facts = taskFacts();
    return `${super.formatContext(context)}${facts ? `${String(this.clean(formatFacts(facts)))} ` : ''}`;
  }

  protected override getJsonLogObject(message: unknown, options: JsonOptions) {
    const line: Record<string, unknown> = super.getJsonLogObject(message, options);
    const { prefix } = this.options;
    if (prefix !== undefined && prefix !== NEST) line['process'] = prefix;
    const facts = lineFacts();
    for (const name in facts) {
      const value = facts[name];
      line[name] = typeof value === 'string' ? this.clean(value) : value;
    }
    return line as ReturnType<ConsoleLogger['getJsonLogObject']>;
  }

  /** Nest looks at every value for what JSON cannot hold, or is too long; most lines are short ones of texts and numbers. */
  protected override stringifyJsonLogObject(line: Record<string, unknown>): string {
    return isPlain(line) ? JSON.stringify(line) : super.stringifyJsonLogObject(line);
  }
}

/** Characters. */
const SHORT = 10_000;
const PLAIN: ReadonlySet<string> = new Set(['number', 'boolean', 'undefined']);

function isPlain(line: Record<string, unknown>): boolean {
  let length = 0;
  for (const name in line) {
    const value = line[name];
    if (typeof value === 'string') length += value.length;
    else if (!PLAIN.has(typeof value)) return false;
  }
  return length <= SHORT;
}

/** The prefix Nest takes where none is given. */
const NEST = 'Nest';

/** JSON is written of copies: what cannot be written as JSON would cost the line, or its form. */
function cleaning(asked: boolean | Redactor, json: boolean): Redactor {
  if (asked === true) return redact;
  const custom = asked === false ? (value: unknown) => value : asked;
  return json ? (value) => plainCopy(custom(value)) : custom;
}
