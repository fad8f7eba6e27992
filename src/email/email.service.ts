import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { EmailNotFoundError, EmailNotResendableError } from './errors/index.js';
import { EmailMessage } from './entities/index.js';
import type { EmailInput } from './message/email-input.js';
import type { EmailQuery } from './message/email-query.js';
import { EmailReader } from './message/email-reader.js';
import type { EmailStatus } from './message/email-status.js';
import type { EmailSummary, EmailView } from './message/email-view.js';
import { EmailEnqueueService } from './submission/email-enqueue.service.js';
import { EmailPreprocessService } from './submission/email-preprocess.service.js';
import { RESEND } from './submission/submission.sql.js';
import { waitingReason } from './submission/waiting-reason.js';

/**
 * Sends e-mails through the outbox: what `send()` has returned an id for is not lost.
 *
 * SMTP cannot tell a lost answer from a lost message. A worker killed between the server's acceptance and the
 * write of it sends the message again, with the same Message-ID and Date.
 *
 * @publicApi
 */
@Injectable()
export class EmailService {
  private readonly logger = new Logger('EmailModule');

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly preprocessor: EmailPreprocessService,
    private readonly enqueuer: EmailEnqueueService,
    private readonly reader: EmailReader,
  ) {}

  /**
   * Checks and stores a message, then calls the task that sends it. If the broker cannot be reached the message
   * is stored all the same, and the sweep calls the task.
   *
   * @returns `duplicate`: the idempotency key was taken, `id` and `status` are those of the earlier message
   * @throws {@link InvalidEmailError}
   */
  async send(input: EmailInput): Promise<{ id: string; status: EmailStatus; duplicate: boolean }> {
    const { id, duplicate } = await this.preprocessor.preprocess(input);
    if (duplicate) return { id, status: (await this.row(id)).status, duplicate };
    await this.enqueue({ id, generation: 0, sendAt: input.sendAt ?? null });
    return { id, status: 'pending', duplicate };
  }

  /** A message with its recipients and its history; null if there is none. */
  get(id: string): Promise<EmailView | null> {
    return this.reader.get(id);
  }

  /** Messages, newest first. @throws {@link InvalidEmailQueryError} */
  list(query: EmailQuery = {}): Promise<{ items: EmailSummary[]; cursor: string | null }> {
    return this.reader.list(query);
  }

  /**
   * Sends a failed message again, to those who have not been blocked; or calls the task of one whose call never
   * came to be.
   *
   * @throws {@link EmailNotFoundError}, {@link EmailNotResendableError}
   */
  async resend(id: string): Promise<EmailView> {
    const before = await this.view(id);
    const again = await this.database.query<unknown[]>(RESEND, [id, waitingReason(before.sendAt)]);
    const row = await this.row(id);
    if (again.length === 0 && (row.status !== 'pending' || row.enqueuedAt !== null)) {
      throw new EmailNotResendableError(id, row.status);
    }
    await this.enqueue(row);
    return this.view(id);
  }

  /** The row is committed: whatever befalls the call, the sweep makes up for it. */
  private async enqueue(email: { id: string; generation: number; sendAt: Date | null }): Promise<void> {
    try {
      await this.enqueuer.enqueue([email]);
    } catch (error) {
      this.logger.warn(
        `The call of the e-mail ${email.id} could not be noted; the sweep repeats it: ${String(error)}`,
      );
    }
  }

  private async view(id: string): Promise<EmailView> {
    const email = await this.reader.get(id);
    if (!email) throw new EmailNotFoundError(id);
    return email;
  }

  private async row(id: string): Promise<EmailMessage> {
    const email = await this.database.getRepository(EmailMessage).findOneBy({ id });
    if (!email) throw new EmailNotFoundError(id);
    return email;
  }
}
