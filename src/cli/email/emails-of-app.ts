import type { INestApplicationContext } from '@nestjs/common';
import type { EmailService, EmailView } from '../../email/index.js';
import { UsageError } from '../errors.js';
import { withApplication } from '../tool/with-application.js';
import { NoEmailModuleError } from './errors.js';
import { loadEmail } from './load-email.js';

/** The outbox of an application. */
export interface EmailsOfApp {
  readonly emails: EmailService;
  /** @throws EmailNotFoundError */
  readonly show: (id: string) => Promise<EmailView>;
}

/**
 * Boots an application that sends nothing, acts on its outbox, and closes it.
 *
 * @throws {@link MissingPackageError}, {@link NoEmailModuleError}
 */
export async function withEmails<T>(
  app: string,
  command: string,
  act: (outbox: EmailsOfApp) => Promise<T>,
): Promise<T> {
  const face = await loadEmail();
  return withApplication(app, command, async (context) => {
    const emails = serviceOf(context, app, face.EmailService);
    const show = async (id: string) => {
      const email = await emails.get(id);
      if (!email) throw new face.EmailNotFoundError(id);
      return email;
    };
    try {
      return await act({ emails, show });
    } catch (error) {
      if (!(error instanceof face.InvalidEmailQueryError)) throw error;
      const { field, value, fix } = error;
      throw new UsageError(command, `${command}: option "--${field}" is "${String(value)}". ${fix}`);
    }
  });
}

function serviceOf(context: INestApplicationContext, app: string, token: typeof EmailService): EmailService {
  try {
    return context.get(token, { strict: false });
  } catch (cause) {
    throw new NoEmailModuleError(app, cause);
  }
}
