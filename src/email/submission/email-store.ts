import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Transaction } from '../../tasks/index.js';
import { AttachmentIntake, type AttachmentRow } from '../attachments/attachment-intake.js';
import type { EmailStatus } from '../message/email-status.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { FIND_BY_KEY, INSERT } from './submission.sql.js';
import type { AcceptedEmail } from './validated-email.js';
import { waitingReason } from './waiting-reason.js';

/** A message in the outbox: the new one, or an earlier one with its idempotency key. */
export interface StoredEmail {
  readonly id: string;
  readonly status: EmailStatus;
  readonly duplicate: boolean;
}

/** Writes messages into the outbox. */
@Injectable()
export class EmailStore {
  constructor(
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    private readonly attachments: AttachmentIntake,
  ) {}

  /**
   * Stores a message with its recipients in one statement. While another transaction has stored one under the same
   * idempotency key and has not ended, it waits.
   *
   * @param callIdOf names the call that is made in the same transaction
   */
  async insert(
    email: AcceptedEmail,
    connection: Transaction,
    callIdOf?: (id: string) => string,
  ): Promise<StoredEmail> {
    const id = randomUUID();
    const attachments = await this.attachments.refer(email.attachments, connection);
    const row = this.row(id, email, callIdOf?.(id) ?? null, attachments);
    for (;;) {
      const stored = (await connection.query(INSERT, row)) as unknown[];
      if (stored.length > 0) return { id, status: 'pending', duplicate: false };
      const found = await connection.query(FIND_BY_KEY, [email.idempotencyKey]);
      const [earlier] = found as { id: string; status: EmailStatus }[];
      if (earlier) return { ...earlier, duplicate: true };
      // The earlier one was deleted between the two statements: the key is free.
    }
  }

  private row(
    id: string,
    email: AcceptedEmail,
    callId: string | null,
    attachments: AttachmentRow[],
  ): unknown[] {
    const { from } = this.options;
    const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
    return [
      id,
      from.name,
      from.address,
      email.subject,
      email.text,
      email.html,
      JSON.stringify(email.headers),
      `<${id}@${domain}>`,
      waitingReason(email.sendAt),
      email.idempotencyKey,
      email.sendAt,
      email.expiresAt,
      JSON.stringify(email.recipients),
      callId,
      email.messageClass,
      JSON.stringify(attachments),
      email.priority,
      email.template,
      email.context && JSON.stringify(email.context),
      email.unsubscribe && JSON.stringify(email.unsubscribe),
      email.tags,
      JSON.stringify(email.metadata),
    ];
  }
}
