import { isIP } from 'node:net';
import type { Duration } from '../../tasks/duration.js';
import { display, InvalidOptionError } from '../../tasks/errors/configuration.errors.js';
import { integer, oneOf, type Parser, timerDuration } from '../../tasks/options/option-parsers.js';
import type { OptionTable } from '../read-options.js';
import { wholeNumber } from '../whole-number.js';

const names: Parser<string[]> = (value, subject, field) => {
  const list = String(value)
    .split(',')
    .map((name) => name.trim());
  if (!list.includes('')) return list;
  throw new InvalidOptionError(
    subject,
    field,
    `is ${display(value)}`,
    'List names of queues: default,email.',
  );
};

const durationText: Parser<Duration> = (value, subject, field) => {
  timerDuration(value, subject, field);
  return value as Duration;
};

/** 0: any that is free. */
const port: Parser<number> = (value, subject, field) =>
  integer(0, 65_535)(/^\d+$/.test(String(value)) ? Number(value) : value, subject, field);

const address: Parser<string> = (value, subject, field) => {
  const host = String(value);
  if (isIP(host) !== 0 || host === 'localhost') return host;
  throw new InvalidOptionError(subject, field, `is ${display(value)}`, 'Give an address: 0.0.0.0.');
};

/** The options of `celeriac worker`. The short ones are Celery's. */
export const WORKER_OPTIONS = {
  app: {
    short: 'A',
    value: '<file>[#<export>]',
    about:
      'Compiled file of the root module, and its export (else the default one, else AppModule). Required.',
    parse: ((value) => String(value)) as Parser<string>,
  },
  queues: {
    short: 'Q',
    value: '<a,b>',
    about: "Queues to consume. Default: the module's worker.queues, or all.",
    parse: names,
  },
  concurrency: {
    short: 'c',
    value: '<number>',
    about:
      "Calls at once in each process: per queue in async (default: the queue's concurrency), in all in prefork (default: cores).",
    parse: wholeNumber(10_000),
  },
  pool: {
    short: 'P',
    value: 'async|prefork',
    about: "How calls run. Default: the module's worker.pool, or async.",
    parse: oneOf('async', 'prefork'),
  },
  processes: {
    short: 'n',
    value: '<number>',
    about: 'Worker processes. Default: 1.',
    parse: wholeNumber(1_000),
  },
  'shutdown-timeout': {
    value: '<duration>',
    about: "What a stop waits for running calls. Default: the module's worker.shutdownTimeout, or 20s.",
    parse: durationText,
  },
  'log-format': {
    value: 'json|pretty',
    about: 'How all its processes write to the log. Default: what CELERIAC_LOG_FORMAT says, or pretty.',
    parse: oneOf('json', 'pretty'),
  },
  'health-port': {
    value: '<port>',
    about: 'Serves /health/live, /ready, /startup and /tasks for its processes. Default: none.',
    parse: port,
  },
  'metrics-port': {
    value: '<port>',
    about: 'Serves the metrics of all its processes at /metrics; may be the same port. Default: none.',
    parse: port,
  },
  host: {
    value: '<address>',
    about:
      'Where these ports listen. Default: 127.0.0.1. For metrics, others than this machine need the token of CELERIAC_TOKEN.',
    parse: address,
  },
} satisfies OptionTable;
