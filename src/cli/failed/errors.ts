import { CeleriacError } from '../../tasks/errors/celeriac.error.js';

/** Ids that were given name no failed call. */
export class NoFailedCallError extends CeleriacError {
  constructor(readonly ids: readonly string[]) {
    const listed = ids.map((id) => JSON.stringify(id)).join(', ');
    super(
      `No failed call has the id ${listed}: it did not fail (yet), was retried or discarded, ` +
        `or failed longer ago than keepFailed. "celeriac failed list" tells which there are.`,
    );
  }
}
