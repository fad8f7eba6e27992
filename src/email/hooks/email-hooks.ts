import { Injectable } from '@nestjs/common';
import type { ClaimedEmail } from '../outbox/claimed-email.js';
import type { SendOutcome, Verdict } from '../outbox/send-outcome.js';
import type { PreparedEmail } from '../prepare/email-prepare.service.js';
import type { SmtpOutcome } from '../smtp/smtp-outcome.js';

/**
 * Is told of every step of a message, as soon as it is done, and is waited for. Extend it, and give your class to the
 * module: `EmailModule.forRoot({ …, providers: [{ provide: EmailHooks, useClass: AuditHooks }] })`.
 *
 * What a hook throws before the server has the content keeps the message from being sent: it is tried again, as after
 * any trouble. What it throws later is logged, and changes nothing.
 *
 * @publicApi
 */
@Injectable()
export class EmailHooks {
  /** It is this worker's. */
  claimed(_email: ClaimedEmail): void | Promise<void> {}

  /** Those in `blocked` do not get it. */
  blockChecked(_email: ClaimedEmail, _blocked: readonly Verdict[]): void | Promise<void> {}

  /** It is built; `prepared.message` may still be changed, but for its envelope. */
  prepared(_email: ClaimedEmail, _prepared: PreparedEmail): void | Promise<void> {}

  /** The row says so; the first byte of the content follows. */
  handedOver(_email: ClaimedEmail, _transport: string): void | Promise<void> {}

  /** The server has answered, or has failed to. */
  answered(_email: ClaimedEmail, _answer: SmtpOutcome): void | Promise<void> {}

  /** The row says what became of it. */
  settled(_email: ClaimedEmail, _outcome: SendOutcome): void | Promise<void> {}
}
