import { CeleriacError } from './celeriac.error.js';

/** A child process of the worker could not boot the application. @publicApi */
export class ChildBootError extends CeleriacError {
  constructor(
    readonly problem: string,
    /** What it wrote last. */
    readonly lastLines: readonly string[],
  ) {
    super(
      `A child process of this worker could not start: ${problem}. Check worker.app: it names the module that child ` +
        `processes boot.${lastLines.length > 0 ? ` Its last words:\n${lastLines.join('\n')}` : ''}`,
    );
  }
}

/** A task wants to run isolated, and the worker is not told what its child processes boot. @publicApi */
export class IsolationUnavailableError extends CeleriacError {
  constructor(readonly task: string) {
    super(
      `task "${task}": option "isolate" is true, but this worker has no module for child processes. ` +
        `Add worker: { app: new URL('./app.module.js', import.meta.url) } to TasksModule.forRoot().`,
    );
  }
}
