import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type SendMailOptions, type SMTPPoolSentMessageInfo } from 'nodemailer';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { transportOptions } from './transport-options.js';

/** The process's pool of connections to the SMTP server. */
@Injectable()
export class EmailTransport implements OnApplicationShutdown {
  private readonly pool;

  constructor(@Inject(EMAIL_OPTIONS) options: ResolvedEmailOptions) {
    this.pool = createTransport(transportOptions(options.transport));
  }

  send(message: SendMailOptions): Promise<SMTPPoolSentMessageInfo> {
    return this.pool.sendMail(message);
  }

  /** The last hook of a shutdown: the worker has stopped, so nothing is being sent. */
  onApplicationShutdown(): void {
    this.pool.close();
  }
}
