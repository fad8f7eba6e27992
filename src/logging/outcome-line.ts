import type { LogLevel } from '@nestjs/common';
import { formatDuration } from '../tasks/duration.js';
import { printableBlock, printableLine } from '../tasks/encoder/printable.js';
import type { DeliveryEvent, TaskOutcome } from '../tasks/events/task-events.js';
import type { LogFacts } from '../tasks/log/log-facts.js';

/** What is written of one outcome. */
export interface OutcomeLine {
  readonly message: string;
  /** Of an error that nobody expects. */
  readonly stack: string | undefined;
  readonly facts: LogFacts;
}

/** An error that is expected has gone wrong all the same, but nobody need be woken. */
export const levelOf = (outcome: TaskOutcome, event: Pick<DeliveryEvent, 'expected'>): LogLevel =>
  outcome === 'failed' && event.expected ? 'warn' : LEVELS[outcome];

/** Those that are written without LoggingModule: nothing that goes wrong is silent. */
export const ALWAYS = ['failed', 'quarantined', 'retried', 'parked', 'expired', 'revoked'] as const;
/** Those of calls that have gone well, or go on. */
export const GONE_WELL = ['succeeded', 'ignored', 'snoozed', 'deferred', 'handed back'] as const;

const LEVELS: Readonly<Record<TaskOutcome, LogLevel>> = {
  succeeded: 'log',
  retried: 'warn',
  failed: 'error',
  ignored: 'log',
  snoozed: 'debug',
  deferred: 'debug',
  parked: 'warn',
  expired: 'warn',
  revoked: 'log',
  quarantined: 'error',
  'handed back': 'debug',
};

const WORDS: Readonly<Record<TaskOutcome, (event: DeliveryEvent, because: string) => string>> = {
  succeeded: () => 'succeeded',
  retried: (event, because) => `failed, ${again(event)}: ${because}`,
  failed: (_, because) => `failed for good: ${because}`,
  ignored: (_, because) => `was ignored: ${because}`,
  snoozed: (event, because) => `was put off, ${again(event)}: ${because}`,
  deferred: (event, because) => `waits, ${again(event)}: ${because}`,
  parked: (event, because) => `was parked, ${again(event)}: ${because}`,
  expired: (_, because) => `${because} and did not run`,
  revoked: (_, because) => `ended revoked: ${because}`,
  quarantined: (_, because) => `was quarantined: ${because}`,
  'handed back': (_, because) => `was handed back: ${because}`,
};

/** Whoever made an error or a call wrote parts of it; a terminal must not obey them. */
export function outcomeLine(outcome: TaskOutcome, event: DeliveryEvent): OutcomeLine {
  const { task, id, expected = false, record } = event;
  const because = printableLine(event.reason ?? '');
  const stack = outcome === 'failed' && !expected && record ? printableBlock(record.stack) : '';
  return {
    message: `"${printableLine(task)}" (${printableLine(id)}) ${WORDS[outcome](event, because)}${timesOf(event)}`,
    stack: stack === '' ? undefined : stack,
    facts: factsOf(outcome, event),
  };
}

/** Made for every call: nothing is spread. */
function factsOf(outcome: TaskOutcome, event: DeliveryEvent): LogFacts {
  const { task, id, queue, retries, record, duration, waited, delay } = event;
  const facts: Record<string, string | number> = { task, call: id, attempt: retries + 1, queue, outcome };
  if (record) facts['error'] = record.name;
  if (waited !== undefined) facts['waitedMs'] = Math.round(waited);
  if (duration > 0) facts['ranMs'] = Math.round(duration);
  if (delay !== undefined) facts['delayMs'] = Math.round(delay);
  return facts;
}

const again = ({ delay = 0 }: DeliveryEvent): string =>
  delay < 1_000 ? 'again at once' : `again in ${formatDuration(seconds(delay))}`;

/** ` [waited 20ms, ran 1s]` */
function timesOf({ waited, duration }: DeliveryEvent): string {
  if (duration === 0) return '';
  const wait = waited === undefined ? '' : `waited ${readable(waited)}, `;
  return ` [${wait}ran ${readable(duration)}]`;
}

const seconds = (milliseconds: number): number => Math.round(milliseconds / 1_000) * 1_000;

const readable = (milliseconds: number): string =>
  formatDuration(milliseconds < 10_000 ? Math.round(milliseconds) : seconds(milliseconds));
