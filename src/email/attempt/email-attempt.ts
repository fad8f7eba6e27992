import { AsyncResource } from 'node:async_hooks';
import { Injectable, Logger } from '@nestjs/common';
import { TaskBreakers } from '../../limits/index.js';
import { SoftTimeLimitExceeded, TaskContext, TimeLimitExceeded } from '../../tasks/index.js';
import { EmailBlockCheckService } from '../block/email-block-check.service.js';
import { ClaimLostError, TemplateRenderError, UnknownTemplateError } from '../errors/index.js';
import { EmailHooks } from '../hooks/email-hooks.js';
import { OutboxMetrics } from '../metrics/outbox-metrics.js';
import { type ClaimedEmail, isOpen } from '../outbox/claimed-email.js';
import { ClaimKeeper } from '../outbox/claim-keeper.js';
import { EmailOutbox } from '../outbox/email-outbox.js';
import type { Verdict } from '../outbox/send-outcome.js';
import { EmailPrepareService } from '../prepare/email-prepare.service.js';
import { EmailSendService } from '../smtp/email-send.service.js';
import { CONTENT_SHIELD, SEND_TASK, SETTLE_PATIENCE, SETTLE_PATIENCE_AFTER_CONTENT } from '../send-policy.js';
import type { SmtpOutcome } from '../smtp/smtp-outcome.js';
import { smtpText } from '../smtp/smtp-text.js';
import { answerOutcome, type AttemptResult, type Circumstances, putOff } from './answer-outcome.js';
import { conclude, refuseOpen } from './outcomes.js';
import { settlePersistently } from './settle-persistently.js';

/** One attempt at a claimed message: block check, prepare, send, settle. */
@Injectable()
export class EmailAttempt {
  private readonly logger = new Logger('EmailModule');

  constructor(
    private readonly blockCheck: EmailBlockCheckService,
    private readonly prepare: EmailPrepareService,
    private readonly smtp: EmailSendService,
    private readonly outbox: EmailOutbox,
    private readonly keeper: ClaimKeeper,
    private readonly breakers: TaskBreakers,
    private readonly task: TaskContext,
    private readonly hooks: EmailHooks,
    private readonly metrics: OutboxMetrics,
  ) {}

  /**
   * @returns what has been written
   * @throws {@link ClaimLostError} if the message is another run's, or nobody's, by now
   * @throws the signal's reason if the attempt was broken off and the call runs again by itself
   */
  async run(email: ClaimedEmail): Promise<AttemptResult> {
    const claim = this.keeper.keep(email);
    const ended = new Ending();
    try {
      const result = await this.attempt(email, ended, AbortSignal.any([this.task.signal, claim.lost]));
      const patience = ended.handedOver ? SETTLE_PATIENCE_AFTER_CONTENT : SETTLE_PATIENCE;
      if (!(await settlePersistently(() => this.outbox.settle(email, result.outcome), patience)))
        throw new ClaimLostError(email.id);
      this.metrics.countAttempt(result.outcome.status);
      if (result.outcome.status === 'unknown')
        this.logger.warn(`E-mail ${email.id}: ${result.outcome.reason}; resolve it`);
      await this.tell('settled', () => this.hooks.settled(email, result.outcome));
      return result;
    } finally {
      claim.release();
      ended.tell();
    }
  }

  private async attempt(email: ClaimedEmail, ended: Ending, signal: AbortSignal): Promise<AttemptResult> {
    if (email.expired) return expired(email);
    let blocked: readonly Verdict[] = [];
    const circumstances = (isDown = false): Circumstances => ({
      email,
      blocked,
      retries: this.task.retries,
      onUnknown: this.outbox.policyOf(email),
      isDown,
      lot: Math.random(),
    });
    let answer: SmtpOutcome;
    try {
      await this.hooks.claimed(email);
      blocked = await this.blockCheck.check(email);
      await this.hooks.blockChecked(email, blocked);
      const recipients = without(email, blocked);
      if (recipients.length === 0) return { outcome: conclude(email, blocked, null) };
      signal.throwIfAborted();
      const prepared = this.prepare.prepare(email, recipients);
      await this.hooks.prepared(email, prepared);
      answer = await this.smtp.send(prepared, email.messageClass, this.handingOver(email, ended), signal);
    } catch (error) {
      // Whatever it is, no server has the message.
      if (error instanceof ClaimLostError) throw error;
      if (error instanceof TemplateRenderError || error instanceof UnknownTemplateError)
        return unfit(email, blocked, smtpText(error.message));
      const reason = smtpText(error instanceof Error ? error.message : String(error));
      if (signal.aborted && !isTimeLimit(signal.reason)) {
        await this.outbox.interrupt(email, `interrupted: ${reason}`);
        throw error;
      }
      return putOff(reason, blocked, { kind: 'transient', hint: null }, circumstances());
    }
    await this.tell('answered', () => this.hooks.answered(email, answer));
    const isDown = answer.kind === 'unavailable' && (await this.isDown());
    return answerOutcome(answer, circumstances(isDown));
  }

  /**
   * Says that the server may have the message from here on; from here on nothing breaks the attempt off before its
   * outcome is written. Bound to this call: the connection may be another's, and with it what runs on its events.
   */
  private handingOver(email: ClaimedEmail, ended: Ending): (transport: string) => Promise<void> {
    return AsyncResource.bind(
      (transport: string) =>
        new Promise<void>((resolve, reject) => {
          this.task
            .shield(CONTENT_SHIELD, async () => {
              await this.outbox.handOver(email, transport);
              ended.handedOver = true;
              await this.hooks.handedOver(email, transport);
              resolve();
              await ended.told;
            })
            .catch(reject);
        }),
    );
  }

  /** By now nothing may keep the outcome from being written. */
  private async tell(hook: keyof EmailHooks, call: () => void | Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.logger.error(`The hook "${hook}" failed: ${String(error)}`);
    }
  }

  /** A broker that does not answer knows nothing of an outage. */
  private isDown(): Promise<boolean> {
    return this.breakers.countFailure(SEND_TASK).catch(() => false);
  }
}

/** The end of an attempt, for its shield to wait for. */
class Ending {
  handedOver = false;
  tell!: () => void;
  readonly told = new Promise<void>((resolve) => (this.tell = resolve));
}

const without = (email: ClaimedEmail, blocked: readonly Verdict[]) =>
  email.recipients.filter((recipient) => isOpen(recipient) && !blocked.some(({ id }) => id === recipient.id));

function expired(email: ClaimedEmail): AttemptResult {
  const end = { status: 'expired', reason: `not sent before ${email.expiresAt?.toISOString()}` } as const;
  const reached = email.recipients.some(({ verdict }) => verdict === 'accepted');
  return { outcome: conclude(email, reached ? refuseOpen(email, [], end.reason) : [], null, end) };
}

/** Nothing that can be sent comes of it, and would not the next time. */
function unfit(email: ClaimedEmail, blocked: readonly Verdict[], reason: string): AttemptResult {
  return { outcome: conclude(email, refuseOpen(email, blocked, reason), null, { status: 'failed', reason }) };
}

const isTimeLimit = (reason: unknown): boolean =>
  reason instanceof SoftTimeLimitExceeded || reason instanceof TimeLimitExceeded;
