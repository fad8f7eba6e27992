import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Transaction } from '../../tasks/index.js';
import { AttachmentIntake } from '../attachments/attachment-intake.js';
import { InvalidEmailError } from '../errors/index.js';
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
   * Stores a message with its recipients and attachments in one statement. While another transaction has stored one
   * under the same idempotency key and has not ended, it waits.
   *
   * @param callIdOf names the call that is made in the same transaction
   * @throws {@link InvalidEmailError} if what it is to have attached is not there
   */
  async insert(
    email: AcceptedEmail,
    connection: Transaction,
    callIdOf?: (id: string) => string,
  ): Promise<StoredEmail> {
    for (;;) {
      const [id] = await this.insertMany([email], connection, callIdOf);
      if (id instanceof InvalidEmailError) throw id;
      if (id) return { id, status: 'pending', duplicate: false };
      const found = await connection.query(FIND_BY_KEY, [email.idempotencyKey]);
      const [earlier] = found as { id: string; status: EmailStatus }[];
      if (earlier) return { ...earlier, duplicate: true };
      // The earlier one was deleted between the two statements: the key is free.
    }
  }

  /** The same for many. @returns of each its id, or why it is not stored; null: its idempotency key is taken */
  async insertMany(
    emails: readonly AcceptedEmail[],
    connection: Transaction,
    callIdOf?: (id: string) => string,
  ): Promise<(string | null | InvalidEmailError)[]> {
    const files = await this.attachments.refer(
      emails.map(({ attachments }) => attachments),
      connection,
    );
    const rows: object[] = [];
    const recipients: object[] = [];
    const attachments: object[] = [];
    const ids = emails.map((email, index) => {
      const own = files[index] ?? [];
      if (own instanceof InvalidEmailError) return own;
      const id = randomUUID();
      rows.push(this.row(id, email, callIdOf));
      for (const recipient of email.recipients) recipients.push({ id, ...recipient });
      for (const [position, file] of own.entries()) attachments.push({ id, position, ...file });
      return id;
    });
    const { name, address } = this.options.from;
    const tables = [rows, recipients, attachments].map((table) => JSON.stringify(table));
    const stored = (await connection.query(INSERT, [...tables, name, address])) as { id: string }[];
    if (stored.length === ids.length) return ids;
    const known = new Set(stored.map(({ id }) => id));
    return ids.map((id) => (typeof id !== 'string' || known.has(id) ? id : null));
  }

  private row(id: string, email: AcceptedEmail, callIdOf?: (id: string) => string): object {
    const { address } = this.options.from;
    return {
      ...email,
      recipients: undefined,
      attachments: undefined,
      id,
      messageId: `<${id}@${address.slice(address.lastIndexOf('@') + 1)}>`,
      reason: waitingReason(email.sendAt),
      callId: callIdOf?.(id) ?? null,
    };
  }
}
