import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { TasksService } from '../../tasks/index.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import type { CallableEmail } from '../submission/email-enqueue.service.js';
import { EmailSubmission } from '../submission/email-submission.js';
import { callFate, type CallFate } from './call-fate.js';
import { END, OVERDUE } from './recovery.sql.js';

const BATCH = 100;
const OPEN = ['pending', 'deferred', 'claimed'] as const;

type Overdue = Pick<CallableEmail, 'id' | 'generation'> & { readonly seq: string; readonly callId: string };

/**
 * Compares the outbox with the broker: messages that should have moved by now are asked for their calls. Rows are the
 * truth; a call that is gone, because the broker was wiped or the call ended before its message did, is made anew.
 */
@Injectable()
export class EmailReconciler {
  /** The last message looked at; a backlog is gone through in turns. */
  private cursor = '0';

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    private readonly tasks: TasksService,
    private readonly submission: EmailSubmission,
  ) {}

  /**
   * Looks at a batch of overdue messages, and at the next at once if it found anything to mend.
   *
   * @returns how many it mended
   * @throws {@link BrokerUnavailableError}: what cannot be asked for is left as it is
   */
  async reconcile(): Promise<number> {
    let mended = 0;
    for (;;) {
      const batch = await this.overdue();
      const fates = await Promise.all(
        batch.map(async (email) => ({ email, fate: await this.fateOf(email) })),
      );
      const changed = await this.mend(fates);
      mended += changed;
      this.cursor = batch.length < BATCH ? '0' : (batch.at(-1)?.seq ?? '0');
      if (changed === 0 || this.cursor === '0') return mended;
    }
  }

  private overdue(): Promise<Overdue[]> {
    const { claimLease, sweepInterval } = this.options;
    return this.database.query(OVERDUE, [Math.max(claimLease, sweepInterval), this.cursor, BATCH]);
  }

  private async fateOf({ callId }: Overdue): Promise<CallFate> {
    return callFate(await this.tasks.result(callId).state());
  }

  private async mend(fates: readonly { email: Overdue; fate: CallFate }[]): Promise<number> {
    const groups = new Map<string, { fate: CallFate; emails: Overdue[] }>();
    for (const { email, fate } of fates) {
      if (fate.kind === 'waits') continue;
      const key = JSON.stringify(fate);
      const group = groups.get(key) ?? { fate, emails: [] };
      groups.set(key, group);
      group.emails.push(email);
    }
    let mended = 0;
    for (const { fate, emails } of groups.values()) {
      if (fate.kind === 'recall') mended += await this.recall(emails, fate.why);
      if (fate.kind === 'end') mended += await this.end(emails, fate.status, fate.why);
    }
    return mended;
  }

  private async recall(emails: readonly Overdue[], detail: string): Promise<number> {
    const why = { from: OPEN, event: 'recalled', detail } as const;
    const again = await this.database.transaction((manager) =>
      this.submission.resubmit(emails, why, manager),
    );
    return again.length;
  }

  private async end(emails: readonly Overdue[], status: string, why: string): Promise<number> {
    const ids = emails.map(({ id }) => id);
    const ended = await this.database.query<unknown[]>(END, [ids, OPEN, status, why, status]);
    return ended.length;
  }
}
