import type { ZodError } from 'zod';
import { CeleriacError } from '../../tasks/index.js';

/** An environment variable has a value the application cannot start with. */
export class InvalidConfigError extends CeleriacError {
  /** One line per bad variable: its name, its value, what to set instead. */
  readonly problems: readonly string[];

  constructor(error: ZodError, environment: Readonly<Record<string, string>>) {
    const problems = error.issues.map(({ path: [name], message }) =>
      describe(String(name), environment[String(name)], message),
    );
    super(`The configuration is not valid.\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

function describe(name: string, value: string | undefined, message: string): string {
  return value === undefined
    ? `${name} is not set: ${message}`
    : `${name}=${withoutSecrets(name, value)} ${message}`;
}

/** Start-up messages end in log files, so a password in a URL is not repeated there. */
function withoutSecrets(name: string, value: string): string {
  return JSON.stringify(name === 'API_TOKEN' ? '…' : value.replace(/:\/\/[^@]*@/, '://…@'));
}
