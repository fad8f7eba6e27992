import { storable } from './well-formed-text.js';

/** An error as the broker keeps it. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

const LONGEST_MESSAGE = 4_096;
const LONGEST_STACK = 16_384;

/** Anything thrown, made storable. Never throws: not even for an error whose getters do. */
export function encodeError(thrown: unknown): ErrorRecord {
  try {
    if (!(thrown instanceof Error)) {
      return { name: 'NonError', message: storable(`thrown: ${String(thrown)}`, LONGEST_MESSAGE), stack: '' };
    }
    return {
      name: storable(classNameOf(thrown), 200),
      message: storable(String(thrown.message), LONGEST_MESSAGE),
      stack: storable(stackWithCauses(thrown), LONGEST_STACK),
    };
  } catch {
    return { name: 'NonError', message: 'thrown: a value that cannot be read', stack: '' };
  }
}

/** A subclass that sets no name of its own still says what it is. */
function classNameOf(error: Error): string {
  return error.name && error.name !== 'Error' ? error.name : error.constructor.name || 'Error';
}

function stackWithCauses(error: Error, depth = 0): string {
  const own = String(error.stack ?? `${error.name}: ${error.message}`);
  if (!(error.cause instanceof Error) || depth >= 5) return own;
  return `${own}\nCaused by: ${stackWithCauses(error.cause, depth + 1)}`;
}
