import { CeleriacError } from '../tasks/errors/celeriac.error.js';

/** Why something did not work: the message if it says what to do, else the stack as well. */
export function explain(error: unknown): string {
  if (error instanceof CeleriacError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
