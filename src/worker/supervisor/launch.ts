import type { WorkerOptions } from '../../tasks/options/module-options.js';

/** What a worker process is told when it starts. */
export interface Launch {
  /** 1 for the first. */
  readonly number: number;
  /** They go over the options of the application's module. */
  readonly worker: WorkerOptions;
  /** Whether it is to say what it counts. */
  readonly metrics: boolean;
}

const VARIABLE = 'CELERIAC_WORKER';

/** Where the pipe begins on which a thread of a worker process can still report when its event loop is blocked. */
export const REPORT_FD = 4;

/** In the supervisor: the environment of a worker process. */
export const launchEnvironment = (launch: Launch): NodeJS.ProcessEnv => ({
  ...process.env,
  [VARIABLE]: JSON.stringify(launch),
  CELERIAC_REPORT_FD: String(REPORT_FD),
});

/** In the worker process, once: what it was told. Undefined: no supervisor has started it. */
export function takeLaunch(): Launch | undefined {
  const told = process.env[VARIABLE];
  delete process.env[VARIABLE];
  return told !== undefined && process.send ? (JSON.parse(told) as Launch) : undefined;
}
