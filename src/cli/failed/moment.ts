import { parseDuration } from '../../tasks/duration.js';
import { display, InvalidOptionError } from '../../tasks/errors/configuration.errors.js';
import type { Parser } from '../../tasks/options/option-parsers.js';

/** A point in time as a person gives it. */
export type Moment = { readonly ago: number } | { readonly at: Date };

const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** Reads `2h` (ago), `2026-01-31`, `2026-01-31T03:00Z`. Without a zone it is UTC, as all times that are printed. */
export const moment: Parser<Moment> = (value, subject, field) => {
  const text = String(value);
  const match = DATE.exec(text);
  if (match) {
    const at = new Date(text.includes('T') && match[1] === undefined ? `${text}Z` : text);
    if (!Number.isNaN(at.getTime())) return { at };
  }
  try {
    return { ago: parseDuration(value) };
  } catch {
    throw new InvalidOptionError(
      subject,
      field,
      `is ${display(value)}`,
      `Write how long ago ('30m', '2h', '7d') or a time ('2026-01-31', '2026-01-31T03:00Z').`,
    );
  }
};

/** @param now the store's time */
export const toDate = (when: Moment, now: number): Date =>
  'at' in when ? when.at : new Date(Math.round(now - when.ago));
