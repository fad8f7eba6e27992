import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { TasksService } from '../../tasks/index.js';
import { EmailAnonymisedError, EmailNotFoundError, EmailStatusError } from '../errors/index.js';
import type { EmailStatus } from '../message/email-status.js';
import { EmailReader } from '../message/email-reader.js';
import type { EmailView } from '../message/email-view.js';
import type { CallableEmail } from '../submission/email-enqueue.service.js';
import { EmailSubmission, type Resubmission } from '../submission/email-submission.js';
import { END, RESOLVE_SENT, UNSENT } from './recovery.sql.js';

const BATCH = 200;

/** Which messages `resendUnsent()` takes up. @publicApi */
export interface ResendUnsentOptions {
  /** Also those of which nobody knows whether they arrived: some will arrive twice. Defaults to false. */
  includeUnknown?: boolean;
}

/** How many messages were sent again, by the status they had. @publicApi */
export type Resent = Readonly<Partial<Record<EmailStatus, number>>>;

/** What people decide about messages. Each decision is one conditional statement; who comes late is told so. */
@Injectable()
export class EmailRecovery {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly reader: EmailReader,
    private readonly submission: EmailSubmission,
    private readonly tasks: TasksService,
  ) {}

  async resend(id: string): Promise<EmailView> {
    return this.resubmit(id, 'resend', {
      from: ['failed'],
      event: 'resent',
      detail: null,
      resetRefused: true,
    });
  }

  async resolve(id: string, as: 'sent' | 'resend'): Promise<EmailView> {
    if (as === 'resend') {
      const detail = 'resolved: it is sent again';
      return this.resubmit(id, 'resolve', { from: ['unknown'], event: 'resolved', detail });
    }
    await this.view(id);
    const resolved = await this.database.query<unknown[]>(RESOLVE_SENT, [id, 'resolved: it has arrived']);
    return this.after(id, 'resolve', resolved.length > 0);
  }

  async cancel(id: string): Promise<EmailView> {
    await this.view(id);
    const from: EmailStatus[] = ['pending', 'deferred', 'claimed'];
    type Ended = { callId: string | null };
    const [ended] = await this.database.query<Ended[]>(END, [
      [id],
      from,
      'cancelled',
      'cancelled',
      'cancelled',
    ]);
    const email = await this.after(id, 'cancel', ended !== undefined);
    // Its call would find out by itself, at its time.
    if (ended?.callId)
      await this.tasks
        .result(ended.callId)
        .revoke()
        .catch(() => undefined);
    return email;
  }

  async resendUnsent({ includeUnknown = false }: ResendUnsentOptions): Promise<Resent> {
    const resent: Partial<Record<EmailStatus, number>> = {};
    const from: EmailStatus[] = ['deferred', 'failed', ...(includeUnknown ? (['unknown'] as const) : [])];
    for (let cursor = '0'; ;) {
      type Unsent = Pick<CallableEmail, 'id' | 'generation'> & { seq: string; status: EmailStatus };
      const batch = await this.database.query<Unsent[]>(UNSENT, [includeUnknown, cursor, BATCH]);
      const why: Resubmission = {
        from,
        event: 'resent',
        detail: 'with all that is unsent',
        resetRefused: true,
      };
      const ids = await this.database.transaction((manager) => this.submission.resubmit(batch, why, manager));
      const again = new Set(ids);
      for (const { id, status } of batch) if (again.has(id)) resent[status] = (resent[status] ?? 0) + 1;
      const last = batch.at(-1);
      if (!last || batch.length < BATCH) return resent;
      cursor = last.seq;
    }
  }

  private async resubmit(id: string, what: 'resend' | 'resolve', why: Resubmission): Promise<EmailView> {
    const email = await this.view(id);
    const again = await this.database.transaction((manager) =>
      this.submission.resubmit([email], why, manager),
    );
    return this.after(id, what, again.length > 0);
  }

  private async after(id: string, what: EmailStatusError['action'], done: boolean): Promise<EmailView> {
    const email = await this.view(id);
    if (done) return email;
    const { status, anonymisedOn } = email;
    throw anonymisedOn ? new EmailAnonymisedError(id, anonymisedOn) : new EmailStatusError(id, what, status);
  }

  private async view(id: string): Promise<EmailView> {
    const email = await this.reader.get(id);
    if (!email) throw new EmailNotFoundError(id);
    return email;
  }
}
