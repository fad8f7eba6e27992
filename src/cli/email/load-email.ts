import { MissingPackageError } from '../../tasks/errors/configuration.errors.js';

/**
 * The e-mail module, which needs packages that an application without e-mail does not have.
 *
 * @throws {@link MissingPackageError}
 */
export async function loadEmail() {
  try {
    return await import('../../email/index.js');
  } catch (error) {
    const missing = /^Cannot find package '([^']+)'/.exec((error as Error).message)?.[1];
    if (missing === undefined) throw error;
    throw new MissingPackageError(missing, 'celeriac email, which is for applications with EmailModule,');
  }
}
