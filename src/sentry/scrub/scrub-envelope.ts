import { scrubData } from './scrub-data.js';

/** What the SDK sends: headers, and items of a header and a payload each. */
type Envelope = [object, [object, unknown][]];

/**
 * Takes the addresses out of all that is about to be sent: errors, their causes, frames and breadcrumbs, spans, and what
 * the application itself reports. In place, for that is how the SDK lets it be changed.
 */
export function scrubEnvelope(envelope: Envelope): void {
  envelope[0] = scrubHeader(envelope[0]);
  for (const item of envelope[1]) item[1] = scrubData(item[1]);
}

/** A DSN has an `@` of its own. */
function scrubHeader(header: object): object {
  return { ...(scrubData(header) as object), ...('dsn' in header && { dsn: header.dsn }) };
}
