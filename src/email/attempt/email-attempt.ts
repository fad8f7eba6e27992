import { Injectable } from '@nestjs/common';
import { TaskBreakers } from '../../limits/index.js';
import { SoftTimeLimitExceeded, TimeLimitExceeded } from '../../tasks/index.js';
import { EmailBlockCheckService } from '../block/email-block-check.service.js';
import type { ClaimedEmail, ClaimedRecipient } from '../outbox/claimed-email.js';
import { EmailOutbox } from '../outbox/email-outbox.js';
import type { SendOutcome, Verdict } from '../outbox/send-outcome.js';
import { EmailPrepareService } from '../prepare/email-prepare.service.js';
import { EmailSendService } from '../smtp/email-send.service.js';
import { OUTAGE_PAUSE, SEND_TASK } from '../send-policy.js';
import { smtpText } from '../smtp/smtp-text.js';
import { deferOrFail } from './defer-or-fail.js';
import { acceptedOutcome, blockedOutcome, expiredOutcome, failedOutcome } from './outcomes.js';

/** What an attempt came to; with a `cause`, the call is to be retried, or to fail. */
export interface AttemptResult {
  readonly outcome: SendOutcome;
  readonly cause?: Error;
  /** The SMTP server is down, and known to be: the call waits, and spends no retry. */
  readonly paused?: true;
}

/** One attempt at a claimed message: block check, prepare, send. It writes nothing but an interruption. */
@Injectable()
export class EmailAttempt {
  constructor(
    private readonly blockCheck: EmailBlockCheckService,
    private readonly prepare: EmailPrepareService,
    private readonly smtp: EmailSendService,
    private readonly outbox: EmailOutbox,
    private readonly breakers: TaskBreakers,
  ) {}

  /** @throws the signal's reason if the attempt was broken off and the call runs again by itself */
  async run(email: ClaimedEmail, retries: number, signal: AbortSignal): Promise<AttemptResult> {
    if (email.expired) return { outcome: expiredOutcome(email) };
    try {
      return await this.send(email, retries, signal);
    } catch (error) {
      if (signal.aborted && !isTimeLimit(signal.reason)) {
        await this.outbox.interrupt(email, smtpText(`interrupted: ${String((error as Error).message)}`));
        throw error;
      }
      const cause = error instanceof Error ? error : new Error(String(error));
      return { outcome: deferOrFail(smtpText(cause.message), [], retries), cause };
    }
  }

  private async send(email: ClaimedEmail, retries: number, signal: AbortSignal): Promise<AttemptResult> {
    const blocked = await this.blockCheck.check(email);
    const recipients = withoutVerdict(email, blocked);
    if (recipients.length === 0) return { outcome: blockedOutcome(email, blocked) };
    signal.throwIfAborted();
    const answer = await this.smtp.send(this.prepare.prepare(email, recipients), signal);
    const verdicts = [...blocked, ...answer.verdicts];
    switch (answer.kind) {
      case 'accepted':
        return { outcome: acceptedOutcome(email, answer, blocked) };
      case 'refused':
        return { outcome: failedOutcome(answer.reason, verdicts) };
      case 'transient':
        if (answer.unavailable && (await this.isDown())) {
          const { reason } = answer;
          return { outcome: { status: 'deferred', reason, verdicts, delay: OUTAGE_PAUSE }, paused: true };
        }
        return { outcome: deferOrFail(answer.reason, verdicts, retries), cause: new Error(answer.reason) };
    }
  }

  /** A broker that does not answer knows nothing of an outage. */
  private isDown(): Promise<boolean> {
    return this.breakers.countFailure(SEND_TASK).catch(() => false);
  }
}

function withoutVerdict(email: ClaimedEmail, blocked: readonly Verdict[]): ClaimedRecipient[] {
  const out = new Set(blocked.map((verdict) => verdict.id));
  return email.recipients.filter((recipient) => recipient.verdict === null && !out.has(recipient.id));
}

const isTimeLimit = (reason: unknown): boolean =>
  reason instanceof SoftTimeLimitExceeded || reason instanceof TimeLimitExceeded;
