import { MissingPackageError } from '../tasks/errors/configuration.errors.js';
import { isNotInstalled } from '../tasks/errors/is-not-installed.js';

export type PromClient = typeof import('prom-client');

export const PROM_CLIENT = Symbol('celeriac:prom-client');

/** Loads it where it is needed. @throws {@link MissingPackageError} */
export async function loadPromClient(): Promise<PromClient> {
  return import('prom-client').catch((error: unknown) => {
    if (!isNotInstalled(error, 'prom-client')) throw error;
    throw new MissingPackageError('prom-client', 'Metrics');
  });
}
