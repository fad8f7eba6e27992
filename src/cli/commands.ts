import { emailCommand } from './email/email.command.js';
import { healthCommand } from './health/health.command.js';
import { failedCommand } from './failed/failed.command.js';
import { schedulesCommand } from './schedules/schedules.command.js';
import { workerCommand } from './worker/worker.command.js';

export interface Command {
  readonly name: string;
  /** One line of the overview. */
  readonly summary: string;
  /**
   * @param args what stands behind the name
   * @returns the exit code
   * @throws {@link UsageError}
   */
  run(args: readonly string[]): Promise<number>;
}

export const COMMANDS: readonly Command[] = [
  workerCommand,
  failedCommand,
  schedulesCommand,
  emailCommand,
  healthCommand,
];
