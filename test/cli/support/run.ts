import { fileURLToPath } from 'node:url';
import { Command } from './command.js';

const WITHOUT_PACKAGES = fileURLToPath(new URL('../fixtures/without-packages.js', import.meta.url));
/** Those that only some applications need. */
const OPTIONAL = ['typeorm', '@nestjs/typeorm', 'nodemailer', 'smtp-server', 'prom-client'];

/** A run of `celeriac` that has ended. */
export interface Run {
  readonly code: unknown;
  readonly stdout: string;
  /** stdout and stderr. */
  readonly output: string;
}

export async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  const command = Command.run(args, env);
  await command.closed;
  return { code: await command.exited, stdout: command.stdout, output: command.output };
}

/** Runs `celeriac` where these packages are not installed. */
export const runWithout = (
  absent: readonly string[],
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Run> =>
  run(args, {
    ...env,
    CELERIAC_TEST_ABSENT: absent.join(' '),
    NODE_OPTIONS: `--import ${WITHOUT_PACKAGES}`,
  });

/** Runs it where none of the optional packages is. */
export const runWithoutPackages = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> =>
  runWithout(OPTIONAL, args, env);
