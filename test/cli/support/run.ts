import { Command } from './command.js';

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
