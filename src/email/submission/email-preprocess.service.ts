import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { EmailInput } from '../message/email-input.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { FIND_BY_KEY, INSERT } from './submission.sql.js';
import { validateEmail } from './validate-email.js';
import type { ValidatedEmail } from './validated-email.js';
import { waitingReason } from './waiting-reason.js';

/**
 * The first step of a message: checks it and stores it. Nothing is enqueued.
 *
 * @publicApi
 */
@Injectable()
export class EmailPreprocessService {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
  ) {}

  /**
   * Stores a message with its recipients in one statement.
   *
   * @param manager stores it in the caller's transaction; the sweep enqueues it some time after the commit
   * @returns `duplicate`: the idempotency key was taken, and `id` is that of the earlier message
   * @throws {@link InvalidEmailError}
   */
  async preprocess(input: EmailInput, manager?: EntityManager): Promise<{ id: string; duplicate: boolean }> {
    const email = validateEmail(input);
    const database = manager ?? this.database.manager;
    for (;;) {
      const [stored] = await database.query<{ id: string }[]>(INSERT, this.row(email));
      if (stored) return { id: stored.id, duplicate: false };
      const [earlier] = await database.query<{ id: string }[]>(FIND_BY_KEY, [email.idempotencyKey]);
      if (earlier) return { id: earlier.id, duplicate: true };
      // The earlier one was deleted between the two statements: the key is free.
    }
  }

  private row(email: ValidatedEmail): unknown[] {
    const id = randomUUID();
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
    ];
  }
}
