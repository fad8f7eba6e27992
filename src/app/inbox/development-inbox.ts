import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { callbackify } from 'node:util';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { parseReceived, type ReceivedEmail } from './received-email.js';

/** E-mails kept; then the oldest is forgotten. */
const CAPACITY = 500;
const LARGEST_MESSAGE = 10 * 1024 * 1024;

/** A real SMTP server on loopback that delivers nothing further: what it accepts is shown on a page. */
export class DevelopmentInbox {
  private readonly emails = new Map<string, ReceivedEmail>();
  private readonly server: SMTPServer;
  private received = 0;

  private constructor() {
    this.server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      size: LARGEST_MESSAGE,
      closeTimeout: 1,
      logger: false,
      onData: callbackify((stream: SMTPServerDataStream, session: SMTPServerSession) =>
        this.accept(stream, session),
      ),
    });
    // A client that drops its connection is its own business, and an unheard 'error' ends the process.
    this.server.on('error', () => {});
  }

  static async open(): Promise<DevelopmentInbox> {
    const inbox = new DevelopmentInbox();
    const listener = inbox.server.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return inbox;
  }

  /** Where it accepts e-mails. */
  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  /** The newest first. */
  list(): ReceivedEmail[] {
    return [...this.emails.values()].toReversed();
  }

  get(id: string): ReceivedEmail | undefined {
    return this.emails.get(id);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }

  private async accept(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk as Buffer);
    if (stream.sizeExceeded) throw Object.assign(new Error('5.3.4 message too big'), { responseCode: 552 });
    const { mailFrom, rcptTo } = session.envelope;
    const envelope = {
      from: mailFrom ? mailFrom.address : '',
      recipients: rcptTo.map(({ address }) => address),
    };
    const id = String(++this.received);
    this.emails.set(id, await parseReceived(id, envelope, Buffer.concat(chunks)));
    for (const oldest of this.emails.keys()) {
      if (this.emails.size <= CAPACITY) break;
      this.emails.delete(oldest);
    }
  }
}
