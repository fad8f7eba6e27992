import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { classOf } from '../options/message-class.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import type { PreparedEmail } from '../prepare/email-prepare.service.js';
import { EmailTransport } from './email-transport.js';
import type { SmtpOutcome } from './smtp-outcome.js';
import { TransportBreakers } from './transport-breakers.js';
import { withoutRefused } from './without-refused.js';

/**
 * The last step of a message: hands it to an SMTP server and judges the answer. Of several servers it goes to the first
 * that is up; where it may have been taken already, it goes to no other.
 *
 * @publicApi
 */
@Injectable()
export class EmailSendService implements OnApplicationShutdown {
  private readonly transports: ReadonlyMap<string, EmailTransport>;

  constructor(
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    private readonly breakers: TransportBreakers,
  ) {
    const { transports, handOverTimeout } = options;
    this.transports = new Map(
      Object.entries(transports).map(([name, server]) => [
        name,
        new EmailTransport(name, server, handOverTimeout),
      ]),
    );
    if (this.transports.size > 1) for (const name of this.transports.keys()) breakers.declare(name);
  }

  /**
   * @param messageClass says which transports are tried, and in which order
   * @param handOver is done in the last moment before a server has any of the content; if it throws, none gets it
   * @param signal breaks the send off, until then
   * @throws what `handOver` throws, and the signal's reason; a refusal is an outcome
   */
  async send(
    prepared: PreparedEmail,
    messageClass: string,
    handOver: (transport: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<SmtpOutcome> {
    const names = classOf(this.options.messageClasses, messageClass).transports ?? [
      ...this.transports.keys(),
    ];
    const [first = '', ...others] = names;
    if (this.transports.size === 1) return this.at(first).send(prepared, handOver, signal);
    let rest = prepared;
    let answer = await this.tryAt(first, rest, handOver, signal);
    for (const name of others) {
      if (answer.kind !== 'unavailable') break;
      rest = withoutRefused(rest, answer.verdicts);
      const next = await this.tryAt(name, rest, handOver, signal);
      answer = { ...next, verdicts: [...answer.verdicts, ...next.verdicts] };
    }
    return answer;
  }

  /** Connects to an SMTP server, and logs in. @throws what keeps it from that */
  verify(transport: string): Promise<void> {
    return this.at(transport).verify();
  }

  /** The last hook of a shutdown: the worker has stopped, so nothing is being sent. */
  onApplicationShutdown(): void {
    for (const transport of this.transports.values()) transport.close();
  }

  private tryAt(
    name: string,
    prepared: PreparedEmail,
    handOver: (transport: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<SmtpOutcome> {
    return this.breakers.through(name, () => this.at(name).send(prepared, handOver, signal));
  }

  private at(name: string): EmailTransport {
    const transport = this.transports.get(name);
    if (!transport) throw new Error(`EmailModule has no transport "${name}"`);
    return transport;
  }
}
