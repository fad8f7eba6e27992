import { scrubData } from './scrub-data.js';

/** What the SDK sends: headers, and items of a header and a payload each. */
type Envelope = [object, [object, unknown][]];

interface Span {
  attributes?: Record<string, { value?: unknown } | undefined>;
}

/**
 * Takes the addresses out of all that is about to be sent: errors, their causes, frames and breadcrumbs, spans, and what
 * the application itself reports. In place, for that is how the SDK lets it be changed.
 */
export function scrubEnvelope(envelope: Envelope): void {
  envelope[0] = scrubHeader(envelope[0]);
  for (const item of envelope[1]) {
    const payload = scrubData(item[1]);
    for (const span of spansOf(payload)) hideCommand(span);
    item[1] = payload;
  }
}

/** A DSN has an `@` of its own. */
function scrubHeader(header: object): object {
  return { ...(scrubData(header) as object), ...('dsn' in header && { dsn: header.dsn }) };
}

const spansOf = (payload: unknown): Span[] => {
  const { items } = (payload ?? {}) as { items?: unknown };
  return Array.isArray(items) ? (items as Span[]) : [];
};

/** A statement of SQL has its values apart; a command of Redis has them in it: progress, and log lines of a task. */
function hideCommand({ attributes }: Span): void {
  if (attributes?.['db.system.name']?.value !== 'redis') return;
  delete attributes['db.query.text'];
  delete attributes['db.statement'];
}
