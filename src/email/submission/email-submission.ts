import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../tasks/index.js';
import { type CallableEmail, EmailEnqueueService } from './email-enqueue.service.js';
import { EmailStore, type StoredEmail } from './email-store.js';
import { ENQUEUED, RESEND, UNCALLED } from './submission.sql.js';
import type { ValidatedEmail } from './validated-email.js';
import { waitingReason } from './waiting-reason.js';

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
  async submit(email: ValidatedEmail, transaction: Transaction): Promise<StoredEmail> {
    // First: what is not in a transaction is refused before anything is stored.
    const call = this.enqueuer.within(transaction);
    const stored = await this.store.insert(email, transaction, (id) => this.enqueuer.callIdOf(id, 0));
    if (!stored.duplicate) await call({ id: stored.id, generation: 0, sendAt: email.sendAt });
    return stored;
  }

  /** Makes a failed message pending again and calls its task anew; false: it is not failed, or was just resubmitted. */
  async resubmit(failed: CallableEmail, transaction: Transaction): Promise<boolean> {
    const email = { ...failed, generation: failed.generation + 1 };
    const call = this.enqueuer.within(transaction);
    const again = (await transaction.query(RESEND, [
      email.id,
      waitingReason(email.sendAt),
      email.generation,
      this.enqueuer.callIdOf(email.id, email.generation),
    ])) as unknown[];
    if (again.length === 0) return false;
    await call(email);
    return true;
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
