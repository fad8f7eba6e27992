import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { EmailMessage } from '../entities/index.js';
import { encodeCursor, type EmailQuery, parseQuery } from './email-query.js';
import { summaryOf, viewOf } from './email-view.mapper.js';
import type { EmailSummary, EmailView } from './email-view.js';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Reads the outbox. */
@Injectable()
export class EmailReader {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  async get(id: string): Promise<EmailView | null> {
    if (!UUID.test(id)) return null;
    const email = await this.emails.findOne({
      where: { id },
      relations: { recipients: true, attachments: true, events: true },
      // One query per table: a join would give recipients times events.
      relationLoadStrategy: 'query',
    });
    return email && viewOf(email);
  }

  async list(query: EmailQuery): Promise<{ items: EmailSummary[]; cursor: string | null }> {
    const { status, to, tag, before, limit } = parseQuery(query);
    const select = this.emails
      .createQueryBuilder('email')
      .leftJoinAndSelect('email.recipients', 'recipient')
      .orderBy('email.seq', 'DESC')
      .take(limit + 1);
    if (status !== undefined) select.andWhere('email.status = :status', { status });
    // The condition of the index, which knows nothing of messages without tags.
    if (tag !== undefined) select.andWhere(`email.tags <> '{}' AND email.tags @> ARRAY[:tag]`, { tag });
    if (before !== undefined) select.andWhere('email.seq < :before', { before });
    if (to !== undefined) {
      select.andWhere('email.id IN (SELECT r.email_id FROM email_recipient r WHERE r.normalised = :to)', {
        to,
      });
    }
    const found = await select.getMany();
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return { items: items.map(summaryOf), cursor: last ? encodeCursor(last.seq) : null };
  }

  private get emails() {
    return this.database.getRepository(EmailMessage);
  }
}
