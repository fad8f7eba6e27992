import { type Duration, InvalidOptionError } from '../../tasks/index.js';
import { formatDuration } from '../../tasks/duration.js';
import { duration, type Fields, type Parser, parseFields } from '../../tasks/options/option-parsers.js';
import type { RecipientLimit } from './email-rate.js';

/**
 * How long messages stay that are finished: sent, failed, blocked, expired or cancelled. Those that are on their way, or
 * of which nobody knows whether they arrived, stay in any case. Times count from when a message was finished; they are
 * at least `'1h'`, and longer than the windows of `perRecipient`, which need to know who got what.
 *
 * @publicApi
 */
export interface RetentionOptions {
  /**
   * After this time a message is deleted, with all that belongs to it. Its `idempotencyKey` is free again then: a
   * `send()` with it sends. Defaults to null: for ever.
   */
  keep?: Duration | null;
  /**
   * After this time nothing is left of a message that says what was in it or whom it was for. That there was one, its
   * times, statuses, codes of the SMTP server and its `idempotencyKey` stay. Shorter than `keep`. Defaults to null:
   * never.
   */
  anonymiseAfter?: Duration | null;
}

/** {@link RetentionOptions} with every default in place, in milliseconds. */
export interface ResolvedRetentionOptions {
  readonly keep: number | null;
  readonly anonymiseAfter: number | null;
}

const SUBJECT = 'EmailModule, retention';
const HOUR = 60 * 60_000;

/** No attempt lasts as long: what is finished for an hour, no worker has in its hands any more. */
const period: Parser<number | null> = (value, subject, field) => {
  if (value === null) return null;
  const milliseconds = duration(value, subject, field);
  if (milliseconds >= HOUR) return milliseconds;
  throw new InvalidOptionError(
    subject,
    field,
    `is ${JSON.stringify(value)}`,
    `It must be at least '1h', or null for ever.`,
  );
};

const FIELDS: Fields<ResolvedRetentionOptions> = { keep: period, anonymiseAfter: period };

export const FOR_EVER: ResolvedRetentionOptions = { keep: null, anonymiseAfter: null };

export const retentionOptions: Parser<ResolvedRetentionOptions> = (value) => {
  const retention = { ...FOR_EVER, ...parseFields(value, FIELDS, SUBJECT) };
  const { keep, anonymiseAfter } = retention;
  if (keep === null || anonymiseAfter === null || anonymiseAfter < keep) return retention;
  throw new InvalidOptionError(
    SUBJECT,
    'anonymiseAfter',
    `is ${formatDuration(anonymiseAfter)}, and messages are deleted after ${formatDuration(keep)} (keep)`,
    'Make it shorter than keep, or leave it out.',
  );
};

/** A limit that forgot who got what would let more through. @throws {@link InvalidOptionError} */
export function checkRetention(retention: ResolvedRetentionOptions, limits: readonly RecipientLimit[]): void {
  const limit = limits.toSorted((a, b) => b.window - a.window)[0];
  if (!limit) return;
  for (const field of ['keep', 'anonymiseAfter'] as const) {
    const time = retention[field];
    if (time === null || time > limit.window) continue;
    throw new InvalidOptionError(
      SUBJECT,
      field,
      `is ${formatDuration(time)}, and perRecipient counts the messages of ${limit.windowText}`,
      'Make it longer than that.',
    );
  }
}
