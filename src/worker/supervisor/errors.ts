import { CeleriacError } from '../../tasks/errors/celeriac.error.js';

/** No worker process could start. */
export class WorkerStartError extends CeleriacError {
  constructor(readonly problem: string) {
    super(`The worker could not start. ${problem}`);
  }
}

/** The broker did not take back what a dead worker process held. */
export class ReclaimError extends CeleriacError {
  constructor(
    readonly queue: string,
    patience: string,
    cause: unknown,
  ) {
    super(
      `The broker did not take calls back into "${queue}" within ${patience}` +
        `${cause instanceof Error ? ` (${cause.message})` : ''}. They come back when their locks have run out.`,
      { cause },
    );
  }
}

/** The supervisor cannot listen where it is told to. */
export class ProbeServerError extends CeleriacError {
  constructor(
    readonly host: string,
    readonly port: number,
    cause: unknown,
  ) {
    super(
      `The supervisor cannot listen on ${host}:${port}${cause instanceof Error ? ` (${cause.message})` : ''}. ` +
        `Choose another port, or an address of this machine.`,
      { cause },
    );
  }
}
