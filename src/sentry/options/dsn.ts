import { display, InvalidOptionError } from '../../tasks/errors/configuration.errors.js';
import type { Parser } from '../../tasks/options/option-parsers.js';

const DSN = /^https?:\/\/\w+(?::\w+)?@(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?\/(?:[^?#\s]*\/)?\d+$/i;

/** Sentry itself would write a line to the console, and report nothing. */
export const dsn: Parser<string | null> = (value, subject, field) => {
  // Of an environment variable that is set to nothing.
  if (value === null || value === '') return null;
  if (typeof value === 'string' && DSN.test(value)) return value;
  throw new InvalidOptionError(
    subject,
    field,
    `is ${display(value)}, not a DSN`,
    `It looks like 'https://key@o123.ingest.sentry.io/456'; Sentry shows it in the project's settings, under Client Keys. ` +
      `Leave it out to report nothing.`,
  );
};
