import { type Duration, InvalidOptionError } from '../../tasks/index.js';
import { parseDuration } from '../../tasks/duration.js';
import type { Parser } from '../../tasks/options/option-parsers.js';

/** At most so many in a time: `'5/10m'` is five in ten minutes. @publicApi */
export type EmailRate = `${number}/${Duration}`;

/** An {@link EmailRate}, resolved: `window` in milliseconds, `text` as it was written. */
export interface RecipientLimit {
  readonly count: number;
  readonly window: number;
  readonly windowText: string;
}

const emailRate: Parser<RecipientLimit> = (value, subject, field) => {
  const match = typeof value === 'string' ? /^(\d{1,9})\/(.+)$/.exec(value) : null;
  const windowText = match?.[2] ?? '';
  const count = Number(match?.[1]);
  try {
    const window = parseDuration(windowText);
    if (count >= 1 && window > 0) return { count, window, windowText };
  } catch {
    // the error below names the option
  }
  throw new InvalidOptionError(
    subject,
    field,
    `is ${JSON.stringify(value)}, not a rate`,
    `Write how many in which time, such as '5/10m' or '100/1d'.`,
  );
};

/** One, or several that all hold. */
export const emailRates: Parser<readonly RecipientLimit[]> = (value, subject, field) => {
  if (!Array.isArray(value)) return [emailRate(value, subject, field)];
  return value.map((rate: unknown, index) => emailRate(rate, subject, `${field}[${index}]`));
};
