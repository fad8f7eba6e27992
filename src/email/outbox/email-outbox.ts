import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { EmailStatus } from '../message/email-status.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import type { ClaimedEmail } from './claimed-email.js';
import type { SendOutcome } from './send-outcome.js';
import { CLAIM, INTERRUPT, SETTLE, SETTLED, UNCLAIMED } from './transitions.sql.js';

/** What came of asking for a message. */
export type Claim =
  | { kind: 'claimed'; email: ClaimedEmail }
  | { kind: 'missing' }
  | { kind: 'finished'; status: EmailStatus }
  /** Another run has it, for so many milliseconds at most. */
  | { kind: 'busy'; wait: number };

/** The transitions of a message that is being sent; each is one conditional statement. */
@Injectable()
export class EmailOutbox {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
  ) {}

  /** Takes a message for `claimLease`. Two runs of one task cannot both hold it. */
  async claim(id: string): Promise<Claim> {
    const token = randomUUID();
    const [email] = await this.database.query<Omit<ClaimedEmail, 'token'>[]>(CLAIM, [
      id,
      token,
      this.options.claimLease,
    ]);
    if (email) return { kind: 'claimed', email: { ...email, token } };
    const [row] = await this.database.query<{ status: EmailStatus; wait: number | null }[]>(UNCLAIMED, [id]);
    if (!row) return { kind: 'missing' };
    if (row.status !== 'pending' && row.status !== 'deferred')
      return { kind: 'finished', status: row.status };
    return { kind: 'busy', wait: Math.max(0, row.wait ?? 0) };
  }

  /**
   * Writes what an attempt came to, with the verdicts and the event, and lets go of the message. Repeating it
   * is safe: the answer to the first write may have been lost on its way.
   *
   * @returns false if the lease ran out and another run has taken over: then nothing is written, unless the
   * message was sent, which is true whoever holds it
   */
  async settle(email: ClaimedEmail, outcome: SendOutcome): Promise<boolean> {
    const rows = await this.database.query<unknown[]>(SETTLE, [
      email.id,
      email.token,
      outcome.status,
      outcome.reason,
      outcome.status === 'sent' ? outcome.smtpResponse : null,
      outcome.status === 'deferred' ? outcome.delay : null,
      JSON.stringify(outcome.verdicts),
    ]);
    if (rows.length > 0) return true;
    const settled = await this.database.query<unknown[]>(SETTLED, [email.id, email.token]);
    return settled.length > 0;
  }

  /** Lets go of a message whose attempt was broken off; its status stays, and its call runs again. */
  async interrupt(email: ClaimedEmail, reason: string): Promise<void> {
    await this.database.query(INTERRUPT, [email.id, email.token, reason]);
  }
}
