import { CeleriacError } from '../tasks/index.js';

/** Why the application does not start or stop: the message if it says what to do, else the stack as well. */
export function startupProblem(error: unknown): string {
  if (error instanceof CeleriacError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return `PORT and HOST: ${error.message}. Set PORT to another one (0: any free port), or HOST to an address of this machine.`;
  return error.stack ?? error.message;
}
