import { IANAZone } from 'luxon';
import { display, InvalidOptionError } from '../../tasks/errors/configuration.errors.js';
import type { Parser } from '../../tasks/options/option-parsers.js';

/**
 * `Area/City`. One word alone is refused: 'EST' and 'CET' have changed their meaning between releases of the
 * database, and whether '+02:00' is a zone depends on the version of Node.js. `SystemV/…` has been removed.
 */
const AREA_AND_CITY = /^(?!SystemV\/)[A-Z]\w*(?:\/[A-Z][\w+-]*){1,2}$/;

/** The name of a time zone of the [IANA database](https://www.iana.org/time-zones), or 'UTC'. */
export const timezone: Parser<string> = (value, subject, field) => {
  if (typeof value === 'string') {
    if (value === 'UTC' || (AREA_AND_CITY.test(value) && IANAZone.isValidZone(value))) return value;
  }
  throw new InvalidOptionError(
    subject,
    field,
    `is ${display(value)}, not a time zone of the IANA database`,
    `Write ${suggestion(value)}.`,
  );
};

function suggestion(value: unknown): string {
  const wanted = String(value).trim().toLowerCase().replaceAll(' ', '_');
  const meant = Intl.supportedValuesOf('timeZone').find((name) => {
    const known = name.toLowerCase();
    return known === wanted || known.endsWith(`/${wanted}`);
  });
  return meant && wanted ? `'${meant}'` : `the area and the city, such as 'Europe/Berlin', or 'UTC'`;
}
