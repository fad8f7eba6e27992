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

/** Loaded when they are named: a probe of a container asks every few seconds, and needs neither Nest nor a broker. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'worker',
    summary: 'run tasks: start worker processes, and keep them alive',
    run: async (args) => (await import('./worker/worker.command.js')).runWorker(args),
  },
  {
    name: 'failed',
    summary: 'calls that failed: look at them, run them again, discard them',
    run: async (args) => (await import('./failed/failed.command.js')).runFailed(args),
  },
  {
    name: 'schedules',
    summary: 'what runs by the clock: look at it, pause it, run it now',
    run: async (args) => (await import('./schedules/schedules.command.js')).runSchedules(args),
  },
  {
    name: 'email',
    summary: 'e-mails: what became of them, send them again, decide about them',
    run: async (args) => (await import('./email/email.command.js')).runEmail(args),
  },
  {
    name: 'health',
    summary: 'ask whether an application or its workers are well',
    run: async (args) => (await import('./health/health.command.js')).runHealth(args),
  },
];
