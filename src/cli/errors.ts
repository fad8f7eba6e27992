import { CeleriacError } from '../tasks/errors/celeriac.error.js';

/** A command line that cannot be understood. */
export class UsageError extends CeleriacError {
  constructor(
    /** `celeriac worker` */
    readonly command: string,
    readonly problem: string,
  ) {
    super(`${problem}\nTry: ${command} --help`);
  }
}

/** The application that a worker booted has no tasks. */
export class NoTasksModuleError extends CeleriacError {
  constructor(
    readonly app: string,
    cause: unknown,
  ) {
    super(
      `The module of ${app} does not import TasksModule of this package, so there is nothing to run. ` +
        `Add TasksModule.forRoot({ … }) to its imports; do not bundle a second copy of the package.`,
      { cause },
    );
  }
}

/** The application that a worker booted measures nothing. */
export class NoMetricsModuleError extends CeleriacError {
  constructor(
    readonly app: string,
    cause: unknown,
  ) {
    super(
      `--metrics-port needs MetricsModule, which the module of ${app} does not import. ` +
        `Add MetricsModule.forRoot() of celeriac/metrics to its imports.`,
      { cause },
    );
  }
}
