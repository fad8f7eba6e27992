import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Transaction } from '../tasks/index.js';
import { AttachmentIntake } from './attachments/attachment-intake.js';
import type { AnyEmailInput, EmailInput, TemplatedEmailInput } from './message/email-input.js';
import type { EmailQuery } from './message/email-query.js';
import { EmailReader } from './message/email-reader.js';
import type { EmailStatus } from './message/email-status.js';
import type { EmailSummary, EmailView } from './message/email-view.js';
import { EmailRecovery, type ResendUnsentOptions, type Resent } from './recovery/email-recovery.js';
import { EmailAcceptance } from './submission/email-acceptance.js';
import { type BulkSteps, EmailBulk } from './submission/email-bulk.js';
import type { SendManyOptions, SendManyProgress } from './submission/send-many.js';
import { EmailSubmission } from './submission/email-submission.js';

/** Postgres is at work on one while another is made ready; of each, a connection. */
const BATCHES_AT_A_TIME = 2;

/**
 * Sends e-mails through the outbox: what `send()` has returned an id for is not lost.
 *
 * SMTP cannot tell a lost answer from a lost message. What becomes of a message whose worker is killed between the
 * server's call for the content and the write of its answer, its class says: see `onUnknown`.
 *
 * @publicApi
 */
@Injectable()
export class EmailService {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly acceptance: EmailAcceptance,
    private readonly bulk: EmailBulk,
    private readonly submission: EmailSubmission,
    private readonly reader: EmailReader,
    private readonly recovery: EmailRecovery,
    private readonly attachments: AttachmentIntake,
  ) {}

  /**
   * Checks a message, and in one transaction stores it and calls the task that sends it. It needs the database alone:
   * a broker elsewhere that cannot be reached gets the call when it is back. Contents of attachments are stored before
   * that transaction begins.
   *
   * If it fails because the connection to the database broke, the message may be there all the same; with an
   * `idempotencyKey`, sending it again is safe.
   *
   * @returns `duplicate`: the idempotency key was taken, `id` and `status` are those of the earlier message
   * @throws {@link InvalidEmailError}, {@link AttachmentStoreError}
   */
  async send<Context extends object>(
    input: EmailInput | TemplatedEmailInput<Context>,
  ): Promise<{ id: string; status: EmailStatus; duplicate: boolean }> {
    const email = await this.attachments.stored(await this.acceptance.accept(input));
    return this.database.transaction((manager) => this.submission.submit(email, manager));
  }

  /**
   * Sends many, each to its own recipients: a newsletter is a list or a generator of messages, which is read no faster
   * than the database takes them. A message that is refused is reported, and stops no other.
   *
   * ```ts
   * const done = await this.emails.sendMany(subscribers(), { onInvalid: ({ input, error }) => … });
   *
   * async function* subscribers() {
   *   for await (const { id, email } of …) yield { to: email, template: october, context: …, idempotencyKey: `october-${id}` };
   * }
   * ```
   *
   * Each batch is a transaction: if it ends early, by a crash or an error, the batches before are sent. With
   * idempotency keys, doing it all again sends the rest.
   *
   * @throws what the source of the messages or a callback throws, the signal's reason, {@link InvalidOptionError}
   */
  sendMany(
    messages: Iterable<AnyEmailInput> | AsyncIterable<AnyEmailInput>,
    options?: SendManyOptions,
  ): Promise<SendManyProgress> {
    return this.bulk.run(
      messages,
      {
        accept: async (input) => this.attachments.stored(await this.acceptance.accept(input)),
        store: (batch) => this.database.transaction((manager) => this.submission.submitMany(batch, manager)),
        width: BATCHES_AT_A_TIME,
      },
      options,
    );
  }

  /**
   * The same in a transaction of yours: the e-mail is sent if and only if it commits.
   *
   * ```ts
   * await this.dataSource.transaction(async (manager) => {
   *   const user = await manager.save(User, { … });
   *   await this.emails.within(manager).send({ to: user.email, subject: 'Welcome', text: '…' });
   * });
   * ```
   *
   * Whoever uses the same `idempotencyKey` meanwhile waits until your transaction ends. Limits per recipient go by
   * when the message was stored in it, not by when it commits. Attachments are given by the id of a content that
   * {@link EmailAttachments.put} has stored before.
   *
   * @param transaction TypeORM's EntityManager or QueryRunner, in a transaction of the default DataSource
   * @throws `send()` throws also {@link NotInTransactionError}, {@link ForeignTransactionError}
   */
  within(transaction: Transaction): Pick<EmailService, 'send' | 'sendMany'> {
    const steps: BulkSteps = {
      accept: (input) => this.acceptance.accept(input),
      store: (batch) => this.submission.submitMany(batch, transaction),
      width: 1,
    };
    return {
      sendMany: (messages, options) => this.bulk.run(messages, steps, options),
      send: async (input) => this.submission.submit(await this.acceptance.accept(input), transaction),
    };
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
   * Sends a failed message again, to those who have not been blocked, as a new call.
   *
   * @throws {@link EmailNotFoundError}, {@link EmailStatusError}, {@link EmailAnonymisedError}
   */
  resend(id: string): Promise<EmailView> {
    return this.recovery.resend(id);
  }

  /**
   * Sends all again that is not sent and may be yet: what was given up, what waits for its next attempt, and, if asked
   * for, what is unknown. Not what was refused for good, blocked, cancelled or expired. Repeating it is safe.
   */
  resendUnsent(options: ResendUnsentOptions = {}): Promise<Resent> {
    return this.recovery.resendUnsent(options);
  }

  /**
   * Decides about an `unknown` message: it has arrived after all, or it is sent again.
   *
   * @throws {@link EmailNotFoundError}, {@link EmailStatusError}
   */
  resolve(id: string, as: 'sent' | 'resend'): Promise<EmailView> {
    return this.recovery.resolve(id, as);
  }

  /**
   * Keeps a message from being sent. It is too late once the SMTP server has it; those who have got it keep it.
   *
   * @throws {@link EmailNotFoundError}, {@link EmailStatusError}
   */
  cancel(id: string): Promise<EmailView> {
    return this.recovery.cancel(id);
  }
}
