import { type Duration, formatDuration, parseDuration } from '../../duration.js';
import { display, InvalidOptionError } from '../../errors/configuration.errors.js';
import type { Parser } from '../option-parsers.js';

/** So many in a time: `'50/m'`, `'10/s'`, or with a number of units, `'5/10m'`. @publicApi */
export type Rate = `${number}/${'s' | 'm' | 'h' | 'd'}` | `${number}/${Duration}`;

/** A {@link Rate} with its burst; `period` in milliseconds. */
export interface RateSpec {
  readonly count: number;
  readonly period: number;
  /** How many may come at once after a pause. */
  readonly burst: number;
}

const MOST = 1_000_000_000;

/** @throws {@link InvalidOptionError} */
export const rate: Parser<Omit<RateSpec, 'burst'>> = (value, subject, field) => {
  const match = typeof value === 'string' ? /^(\d{1,10})\/(.+)$/.exec(value) : null;
  const unit = match?.[2] ?? '';
  const count = Number(match?.[1]);
  try {
    const period = parseDuration(/^\d/.test(unit) ? unit : `1${unit}`);
    if (count >= 1 && count <= MOST && period > 0) return { count, period };
  } catch {
    // the error below names the option
  }
  throw new InvalidOptionError(
    subject,
    field,
    `is ${display(value)}, not a rate`,
    `Write how many in which time, such as '50/m' or '5/10m'.`,
  );
};

/** `50/m`, as it is written. */
export function formatRate({ count, period }: Pick<RateSpec, 'count' | 'period'>): Rate {
  const time = formatDuration(period);
  return `${count}/${time.startsWith('1') && !/\d/.test(time[1] ?? '') ? time.slice(1) : time}` as Rate;
}
