import { Injectable } from '@nestjs/common';
import { Ignore, Snooze, Task, TaskContext } from '../tasks/index.js';
import { EmailAttempt } from './attempt/email-attempt.js';
import { ClaimLostError } from './errors/index.js';
import type { EmailStatus } from './message/email-status.js';
import type { ClaimedEmail } from './outbox/claimed-email.js';
import { EmailOutbox } from './outbox/email-outbox.js';
import { milliseconds, OUTAGE_PAUSE, SEND_POLICY, SEND_TASK } from './send-policy.js';

/** Longest wait before a message that another run holds is looked at again. */
const LONGEST_SNOOZE = 30_000;

/** What a call of `email.send` returns. @publicApi */
export interface SendResult {
  readonly status: EmailStatus;
  readonly reason: string | null;
}

/**
 * The task that sends a stored message. A refusal by the SMTP server is a result, not an error; the call fails
 * only when its retries are spent. While the server is down its breaker is open, calls wait, and no retry is spent.
 *
 * At most 100 messages a second begin, over all workers. What the server's operator allows is set by the name of the
 * task: `TasksModule.forRoot({ rateLimits: { 'email.send': '14/s' } })`, or at run time with `TaskLimits.change`.
 *
 * @publicApi
 */
@Injectable()
export class EmailTasks {
  constructor(
    private readonly outbox: EmailOutbox,
    private readonly attempt: EmailAttempt,
    private readonly task: TaskContext,
  ) {}

  /** Sends the message unless it has been: a second run sends nothing. */
  @Task({ name: SEND_TASK, queue: 'email', ...SEND_POLICY })
  async send(emailId: string): Promise<SendResult> {
    const email = await this.claim(emailId);
    const { outcome, cause, paused } = await this.attempt.run(email).catch((error: unknown) => {
      throw error instanceof ClaimLostError ? new Ignore(error.message) : error;
    });
    if (paused) throw new Snooze(milliseconds(OUTAGE_PAUSE), 'the SMTP server is down');
    if (cause !== undefined) {
      const countdown = outcome.status === 'deferred' ? { countdown: milliseconds(outcome.delay) } : {};
      throw this.task.retry({ ...countdown, cause });
    }
    return { status: outcome.status, reason: outcome.reason };
  }

  private async claim(id: string): Promise<ClaimedEmail> {
    const claim = await this.outbox.claim(id);
    switch (claim.kind) {
      case 'claimed':
        return claim.email;
      case 'missing':
        throw new Ignore(`there is no e-mail ${id}`);
      case 'finished':
        throw new Ignore(`the e-mail ${id} is ${claim.status} already`);
      case 'busy':
        throw new Snooze(
          milliseconds(Math.min(LONGEST_SNOOZE, claim.wait + 50)),
          `another run holds the e-mail ${id}`,
        );
    }
  }
}
