import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import type { PreparedEmail } from '../prepare/email-prepare.service.js';
import { EmailTransport } from './email-transport.js';
import type { SmtpOutcome } from './smtp-outcome.js';

/**
 * The last step of a message: hands it to the SMTP server and judges the answer.
 *
 * @publicApi
 */
@Injectable()
export class EmailSendService implements OnApplicationShutdown {
  private readonly transport: EmailTransport;

  constructor(@Inject(EMAIL_OPTIONS) { transport, handOverTimeout }: ResolvedEmailOptions) {
    this.transport = new EmailTransport('default', transport, handOverTimeout);
  }

  /**
   * @param handOver is done in the last moment before a server has any of the content; if it throws, none gets it
   * @param signal breaks the send off, until then
   * @throws what `handOver` throws, and the signal's reason; a refusal is an outcome
   */
  send(
    prepared: PreparedEmail,
    handOver: (transport: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<SmtpOutcome> {
    return this.transport.send(prepared, handOver, signal);
  }

  /** The last hook of a shutdown: the worker has stopped, so nothing is being sent. */
  onApplicationShutdown(): void {
    this.transport.close();
  }
}
