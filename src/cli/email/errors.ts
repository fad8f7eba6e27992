import { CeleriacError } from '../../tasks/errors/celeriac.error.js';

/** The application has no outbox. */
export class NoEmailModuleError extends CeleriacError {
  constructor(
    readonly app: string,
    cause: unknown,
  ) {
    super(
      `The module of ${app} does not import EmailModule of this package, so it has no e-mails. ` +
        `Add EmailModule.forRoot({ … }) from 'celeriac/email' to its imports, or name the module that has it with ` +
        `--app <file>#<export>; do not bundle a second copy of the package.`,
      { cause },
    );
  }
}
