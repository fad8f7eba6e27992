import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import type { RecipientLimit } from '../options/email-rate.js';
import { type ClaimedEmail, type ClaimedRecipient, isOpen } from '../outbox/claimed-email.js';
import type { Verdict } from '../outbox/send-outcome.js';
import { ENTRIES } from './block.sql.js';
import { decideByLists, domainPattern } from './list-decision.js';
import type { BlockListEntry } from './list-entry.js';
import { RecipientHistory } from './recipient-history.js';
import { decideByCount, replayWindow } from './window-decision.js';

const MICROSECONDS = 1_000;

/**
 * The second step of a message: which of its recipients must not get it, by the lists and the limit.
 *
 * @publicApi
 */
@Injectable()
export class EmailBlockCheckService {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    private readonly history: RecipientHistory,
  ) {}

  /** Verdicts on the recipients to be blocked; the others, and those decided earlier, have none. */
  async check(email: ClaimedEmail): Promise<Verdict[]> {
    const undecided = email.recipients.filter(isOpen);
    const entries = await this.entriesFor(undecided);
    const blocked: Verdict[] = [];
    const open: ClaimedRecipient[] = [];
    for (const recipient of undecided) {
      const decision = decideByLists(recipient.normalised, entries);
      if (decision.kind === 'denied') blocked.push(block(recipient, decision.reason));
      // One that was put off has passed the limit before.
      if (decision.kind === 'open' && recipient.verdict === null) open.push(recipient);
    }
    const limit = this.options.perRecipient;
    return limit && open.length > 0 ? [...blocked, ...(await this.aboveLimit(open, limit))] : blocked;
  }

  private entriesFor(recipients: readonly ClaimedRecipient[]): Promise<BlockListEntry[]> {
    const addresses = recipients.map((recipient) => recipient.normalised);
    return this.database.query(ENTRIES, [[...addresses, ...new Set(addresses.map(domainPattern))]]);
  }

  private async aboveLimit(
    recipients: readonly ClaimedRecipient[],
    limit: RecipientLimit,
  ): Promise<Verdict[]> {
    const window = limit.window * MICROSECONDS;
    const counts = await this.history.count(
      recipients.map((recipient) => recipient.id),
      window,
    );
    const blocked: Verdict[] = [];
    for (const recipient of recipients) {
      const count = counts.get(recipient.id) ?? { passed: 0, undecided: 0 };
      const verdict = decideByCount(count, limit.count);
      if (
        verdict === 'within' ||
        (verdict === 'unclear' && !(await this.replay(recipient, limit.count, window)))
      ) {
        continue;
      }
      blocked.push(block(recipient, `more than ${limit.count} messages within ${limit.windowText}`));
    }
    return blocked;
  }

  private async replay(recipient: ClaimedRecipient, limit: number, window: number): Promise<boolean> {
    const { at, earlier } = await this.history.before(recipient.id, window);
    return replayWindow(earlier, at, limit, window);
  }
}

const block = (recipient: ClaimedRecipient, detail: string): Verdict => ({
  id: recipient.id,
  verdict: 'blocked',
  detail,
  code: null,
  enhancedCode: null,
});
