import { UsageError } from '../errors.js';

/** The one message that a command is about. @throws {@link UsageError} */
export function oneId(command: string, positionals: readonly string[]): string {
  const [id, ...more] = positionals;
  if (id !== undefined && more.length === 0) return id;
  throw new UsageError(command, `${command}: name one id.`);
}
