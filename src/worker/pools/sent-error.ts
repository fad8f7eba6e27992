import * as ownErrors from '../../tasks/errors/index.js';
import { findJsonProblem } from '../../tasks/encoder/plain-json.js';
import { encodeError } from '../../tasks/encoder/error-record.js';
import type { ErrorClass } from '../../tasks/options/task-options.js';

/** An error on its way between two processes. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Its own enumerable properties, as far as they are plain JSON. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly cause?: SentError;
}

const DEEPEST = 5;
const OWN_CLASSES = Object.values(ownErrors).filter((value) => typeof value === 'function') as ErrorClass[];

export function sendError(thrown: unknown, depth = 0): SentError {
  const { name, message, stack } = encodeError(thrown);
  if (!(thrown instanceof Error)) return { name, message, stack, properties: {} };
  const { cause } = thrown;
  return {
    name,
    message,
    stack: depth === 0 ? stack : '',
    properties: plainProperties(thrown),
    ...(cause !== undefined && depth < DEEPEST && { cause: sendError(cause, depth + 1) }),
  };
}

/**
 * Makes the error again. It is of its class if that is one of Celeriac's or one of `classes`, else a plain Error with its
 * name.
 */
export function receiveError(sent: SentError, classes: readonly ErrorClass[] = []): Error {
  const known = [...classes, ...OWN_CLASSES].find(({ name }) => name === sent.name);
  const error = Object.create((known?.prototype ?? Error.prototype) as object) as Error;
  const hidden = (value: unknown) => ({ value, writable: true, configurable: true, enumerable: false });
  Object.defineProperties(error, {
    name: hidden(sent.name),
    message: hidden(sent.message),
    stack: hidden(sent.stack),
    ...(sent.cause && { cause: hidden(receiveError(sent.cause, classes)) }),
  });
  return Object.assign(error, sent.properties);
}

function plainProperties(error: Error): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const key of Object.keys(error)) {
    try {
      const value = (error as unknown as Record<string, unknown>)[key];
      if (key !== 'cause' && value !== undefined && !findJsonProblem(value)) plain[key] = value;
    } catch {
      // A getter that throws has nothing to say.
    }
  }
  return plain;
}
