import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AttachmentIntake } from '../attachments/attachment-intake.js';
import type { AnyEmailInput } from '../message/email-input.js';
import { EmailAcceptance } from './email-acceptance.js';
import { EmailStore } from './email-store.js';

/**
 * The first step of a message alone: checks it and stores it, and calls no task. The sweep does, within
 * `sweepInterval`; `EmailService` stores and calls at once.
 *
 * @publicApi
 */
@Injectable()
export class EmailPreprocessService {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly acceptance: EmailAcceptance,
    private readonly store: EmailStore,
    private readonly attachments: AttachmentIntake,
  ) {}

  /**
   * Stores a message with its recipients and its attachments in one statement.
   *
   * @param manager stores it in the caller's transaction, where attachments must be stored already; the sweep calls its task some time after the commit
   * @returns `duplicate`: the idempotency key was taken, and `id` is that of the earlier message
   * @throws {@link InvalidEmailError}
   */
  async preprocess(
    input: AnyEmailInput,
    manager?: EntityManager,
  ): Promise<{ id: string; duplicate: boolean }> {
    const email = await this.acceptance.accept(input);
    const { id, duplicate } = manager
      ? await this.store.insert(email, manager)
      : await this.store.insert(await this.attachments.stored(email), this.database.manager);
    return { id, duplicate };
  }
}
