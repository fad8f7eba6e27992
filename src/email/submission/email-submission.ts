import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../tasks/index.js';
import type { InvalidEmailError } from '../errors/index.js';
import { type CallableEmail, EmailEnqueueService } from './email-enqueue.service.js';
import { EmailStore, type StoredEmail } from './email-store.js';
import { ENQUEUED, RESUBMIT, UNCALLED } from './submission.sql.js';
import type { AcceptedEmail } from './validated-email.js';
import type { EmailEventKind, EmailStatus } from '../message/email-status.js';

/** What became of one of many messages. */
export type Submitted = 'accepted' | 'duplicate' | InvalidEmailError;

/** Why messages are sent again, and which may be. */
export interface Resubmission {
  readonly from: readonly EmailStatus[];
  readonly event: EmailEventKind;
  readonly detail: string | null;
  /** Those the server refused get another chance. */
  readonly resetRefused?: boolean;
}

/**
 * The ways on which a message gets its call. On each of them the row says that there is a call, and the call is made,
 * in one transaction: neither exists without the other.
 */
@Injectable()
export class EmailSubmission {
  constructor(
    private readonly store: EmailStore,
    private readonly enqueuer: EmailEnqueueService,
  ) {}

  /** Stores a message and calls its task, unless its idempotency key is taken. */
  async submit(email: AcceptedEmail, transaction: Transaction): Promise<StoredEmail> {
    // First: what is not in a transaction is refused before anything is stored.
    const call = this.enqueuer.within(transaction);
    const stored = await this.store.insert(email, transaction, (id) => this.enqueuer.callIdOf(id, 0));
    const { sendAt, priority } = email;
    if (!stored.duplicate) await call({ id: stored.id, generation: 0, sendAt, priority });
    return stored;
  }

  /** The same for many. @returns what became of each */
  async submitMany(emails: readonly AcceptedEmail[], transaction: Transaction): Promise<Submitted[]> {
    const call = this.enqueuer.withinMany(transaction);
    const ids = await this.store.insertMany(emails, transaction, (id) => this.enqueuer.callIdOf(id, 0));
    const stored = emails.flatMap(({ sendAt, priority }, index): CallableEmail[] => {
      const id = ids[index];
      return typeof id === 'string' ? [{ id, generation: 0, sendAt, priority }] : [];
    });
    if (stored.length > 0) await call(stored);
    return ids.map((id) => (typeof id === 'string' ? 'accepted' : (id ?? 'duplicate')));
  }

  /**
   * Makes messages pending again and calls their tasks anew. Those that have moved on since they were read stay as
   * they are.
   *
   * @returns the ids of the others
   */
  async resubmit(
    emails: readonly Pick<CallableEmail, 'id' | 'generation'>[],
    why: Resubmission,
    transaction: Transaction,
  ): Promise<string[]> {
    const call = this.enqueuer.within(transaction);
    const again = (await transaction.query(RESUBMIT, [
      emails.map(({ id }) => id),
      emails.map(({ generation }) => generation),
      emails.map(({ id, generation }) => this.enqueuer.callIdOf(id, generation + 1)),
      why.from,
      why.event,
      why.detail,
      why.resetRefused ?? false,
    ])) as CallableEmail[];
    for (const email of again) await call(email);
    return again.map(({ id }) => id);
  }

  /** Calls the tasks of messages that were stored without a call, the oldest first. @returns how many there were */
  async makeUp(limit: number, transaction: Transaction): Promise<number> {
    const call = this.enqueuer.within(transaction);
    const emails = (await transaction.query(UNCALLED, [limit])) as CallableEmail[];
    if (emails.length === 0) return 0;
    for (const email of emails) await call(email);
    await transaction.query(ENQUEUED, [
      emails.map(({ id }) => id),
      emails.map(({ id, generation }) => this.enqueuer.callIdOf(id, generation)),
    ]);
    return emails.length;
  }
}
