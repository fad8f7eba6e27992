import { Injectable } from '@nestjs/common';
import type { NodemailerError } from 'nodemailer';
import type { PreparedEmail } from '../prepare/email-prepare.service.js';
import { EmailTransport } from './email-transport.js';
import { judgeAcceptance } from './judge-acceptance.js';
import { judgeFailure } from './judge-failure.js';
import type { SmtpOutcome } from './smtp-outcome.js';

/**
 * The last step of a message: hands it to the SMTP server and judges the answer.
 *
 * @publicApi
 */
@Injectable()
export class EmailSendService {
  constructor(private readonly transport: EmailTransport) {}

  /**
   * @param signal breaks the send off; the server may have accepted the message all the same
   * @throws the signal's reason, and nothing else: a refusal is an outcome
   */
  async send(prepared: PreparedEmail, signal: AbortSignal): Promise<SmtpOutcome> {
    try {
      const info = await this.transport.send({ ...prepared.message, signal });
      return judgeAcceptance(info, prepared.recipients);
    } catch (error) {
      signal.throwIfAborted();
      return judgeFailure(error as NodemailerError, prepared.recipients);
    }
  }
}
