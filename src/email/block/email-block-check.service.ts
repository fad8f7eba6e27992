import { Inject, Injectable } from '@nestjs/common';
import { classOf } from '../options/message-class.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { type ClaimedEmail, type ClaimedRecipient, isOpen } from '../outbox/claimed-email.js';
import type { Verdict } from '../outbox/send-outcome.js';
import { decideByLists } from './list-decision.js';
import { RecipientHistory } from './recipient-history.js';
import { decideByCounts, type WindowLimit } from './window-decision.js';

const MICROSECONDS = 1_000;

/**
 * The second step of a message: which of its recipients must not get it, by the lists and the limits.
 *
 * @publicApi
 */
@Injectable()
export class EmailBlockCheckService {
  private readonly limits: readonly WindowLimit[];
  /** Classes for whose messages no limit holds. */
  private readonly exempt: readonly string[];

  constructor(
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    private readonly history: RecipientHistory,
  ) {
    this.limits = options.perRecipient.map(({ count, window }) => ({ count, window: window * MICROSECONDS }));
    this.exempt = Object.entries(options.messageClasses)
      .filter(([, { blockCheck }]) => blockCheck !== 'full')
      .map(([name]) => name);
  }

  /** Verdicts on the recipients to be blocked; the others, and those decided earlier, have none. */
  async check(email: ClaimedEmail): Promise<Verdict[]> {
    const { blockCheck } = classOf(this.options.messageClasses, email.messageClass);
    if (blockCheck === 'none') return [];
    const undecided = email.recipients.filter(isOpen);
    const blocked: Verdict[] = [];
    const open: ClaimedRecipient[] = [];
    for (const recipient of undecided) {
      const decision = decideByLists(recipient.normalised, email.listed);
      if (decision.kind === 'denied') blocked.push(block(recipient, decision.reason));
      // One that was put off has passed the limits before.
      if (decision.kind === 'open' && recipient.verdict === null && !recipient.cleared) open.push(recipient);
    }
    if (blockCheck === 'full' && this.limits.length > 0 && open.length > 0)
      blocked.push(...(await this.aboveLimits(open)));
    return blocked;
  }

  private async aboveLimits(recipients: readonly ClaimedRecipient[]): Promise<Verdict[]> {
    const counts = await this.history.count(recipients, this.limits);
    const blocked: Verdict[] = [];
    for (const recipient of recipients) {
      const decision = decideByCounts(counts.get(recipient.id) ?? [], this.limits);
      if (decision.kind === 'above') blocked.push(block(recipient, this.detail(decision.limit)));
      if (decision.kind !== 'unclear') continue;
      const why = await this.history.decide(recipient, this.limits, this.exempt, this.detail);
      if (why !== null) blocked.push(block(recipient, why));
    }
    return blocked;
  }

  private readonly detail = (limit: number): string => {
    const { count, windowText } = this.options.perRecipient[limit] ?? { count: 0, windowText: '' };
    return `more than ${count} messages within ${windowText}`;
  };
}

const block = (recipient: ClaimedRecipient, detail: string): Verdict => ({
  id: recipient.id,
  verdict: 'blocked',
  detail,
  code: null,
  enhancedCode: null,
});
