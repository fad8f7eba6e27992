import { createTransport, type NodemailerError, type SMTPPoolOptions } from 'nodemailer';
import { judgeAttachments } from '../attachments/attachment-failure.js';
import { renewContents } from '../attachments/renew-contents.js';
import { HandOverTimeoutError } from '../errors/index.js';
import type { PreparedEmail } from '../prepare/email-prepare.service.js';
import { dkimSignatures } from '../prepare/dkim-signature.js';
import { ContentGate, contentGates } from './content-gate.js';
import { HandOverBound } from './hand-over-bound.js';
import { judgeAcceptance } from './judge-acceptance.js';
import { judgeFailure } from './judge-failure.js';
import { Slots } from './slots.js';
import type { SmtpOutcome } from './smtp-outcome.js';
import { transportOptions } from './transport-options.js';

/** This process's pool of connections to one SMTP server. */
export class EmailTransport {
  private readonly pool;
  private readonly slots;

  constructor(
    /** The name it has in the options. */
    readonly name: string,
    server: string | SMTPPoolOptions,
    private readonly handOverTimeout: number,
  ) {
    const options = transportOptions(server);
    this.pool = createTransport(options);
    // In this order: the gate is the last thing before the connection.
    this.pool.use('stream', renewContents);
    this.pool.use('stream', dkimSignatures);
    this.pool.use('stream', contentGates);
    // One that waits for a connection here has not begun yet; in nodemailer's pool it would be counted as slow.
    this.slots = new Slots(options.maxConnections);
  }

  /**
   * @param handOver is done in the last moment before the server has any of the content; if it throws, it gets none
   * @param signal breaks the send off, until then
   * @throws what `handOver` or the content's source throws, and the signal's reason; a refusal is an outcome
   */
  async send(
    { message, recipients }: PreparedEmail,
    handOver: (transport: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<SmtpOutcome> {
    await this.slots.take(signal);
    const bound = new HandOverBound(signal, this.handOverTimeout);
    const gate = new ContentGate(async () => {
      await handOver(this.name);
      bound.passed();
    });
    try {
      const info = await this.pool.sendMail({ ...gate.guard(message), signal: bound.signal });
      return judgeAcceptance(info, recipients);
    } catch (error) {
      const unread = judgeAttachments(gate.failure ?? error);
      if (unread) return unread;
      if (gate.failure !== undefined) throw gate.failure;
      const late = bound.signal.reason as unknown;
      if (!gate.opened && bound.signal.aborted && !(late instanceof HandOverTimeoutError)) throw late;
      const cause = late instanceof HandOverTimeoutError ? Object.assign(late, { code: 'ETIMEDOUT' }) : error;
      return judgeFailure(cause as NodemailerError, recipients, gate.complete);
    } finally {
      bound.clear();
      this.slots.give();
    }
  }

  /** Whether the server takes us: a connection, and a login. @throws what keeps it from that */
  async verify(): Promise<void> {
    await this.pool.verify();
  }

  close(): void {
    this.pool.close();
  }
}
