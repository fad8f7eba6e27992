import { MissingPackageError } from '../tasks/errors/configuration.errors.js';

export type PromClient = typeof import('prom-client');

export const PROM_CLIENT = Symbol('celeriac:prom-client');

/** Loads it where it is needed. @throws {@link MissingPackageError} */
export async function loadPromClient(): Promise<PromClient> {
  return import('prom-client').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new MissingPackageError('prom-client', 'Metrics');
  });
}
