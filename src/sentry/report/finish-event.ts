import type { ErrorEvent, Event, EventHint } from '@sentry/node';
import { encodeError } from '../../tasks/encoder/error-record.js';
import { scrubData } from '../scrub/scrub-data.js';

type Fields = Pick<Event, 'exception' | 'extra'>;

/**
 * The last hand on an event of ours: its fingerprint, the classes of its errors, and no address in it. Ours alone, for
 * what else the application reports is its own business unless we have initialised the SDK.
 *
 * @param issue the fingerprint, unless the task's code has set one
 */
export function finishEvent(event: Event, hint: EventHint, issue: string[]): Event {
  const { extra, ...rest } = event;
  // A thrown value that is no error is serialised there, with all that is in it.
  const { __serialized__: _, ...kept } = extra ?? {};
  nameClasses(rest, hint.originalException);
  return scrubData({ ...rest, fingerprint: issue, ...(extra && { extra: kept }) }) as ErrorEvent;
}

/** The SDK takes `name` for the class; one that extends Error and sets none would be an `Error`. */
function nameClasses({ exception }: Fields, thrown: unknown): void {
  const values = exception?.values ?? [];
  // The causes come first, the innermost of them before all.
  let index = values.length - 1;
  for (let error = thrown; error instanceof Error && index >= 0; error = error.cause) {
    const value = values[index--];
    if (value?.type === error.name) value.type = encodeError(error).name;
  }
}
