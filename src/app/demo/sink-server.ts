import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { callbackify } from 'node:util';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { logMessage } from './sink-log.js';
import type { SinkOrders, SinkReport } from './sink-messages.js';
import { SinkPolicy } from './sink-policy.js';

/** An SMTP server with moods: it refuses, puts off, and is down for a while. */
export class SinkServer {
  private readonly policy: SinkPolicy;
  private server = this.create();
  private readonly receiving = new Set<string>();
  private accepted = 0;
  private port = 0;

  constructor(
    private readonly orders: SinkOrders,
    private readonly report: (report: SinkReport) => void,
  ) {
    this.policy = new SinkPolicy(orders.sabotage);
  }

  async start(): Promise<void> {
    await once(this.server.listen(this.port, '127.0.0.1'), 'listening');
    this.port = (this.server.server.address() as AddressInfo).port;
    this.report({ state: 'up', port: this.port });
  }

  private create(): SMTPServer {
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      logger: false,
      onRcptTo: ({ address }, _session, done) => done(this.policy.refusalOf(address)),
      onData: (stream, session, done) => {
        this.receiving.add(session.id);
        callbackify(() => this.receive(stream, session))((error) => {
          done(error);
          // The answer is on its way only then.
          setImmediate(() => this.received(session.id));
        });
      },
    });
    server.on('error', () => {});
    return server;
  }

  private async receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const recipients = session.envelope.rcptTo.map(({ address }) => address);
    for (let copies = this.policy.copiesOfNext(); copies > 0; copies--)
      await logMessage(this.orders.logFile, recipients, Buffer.concat(chunks));
  }

  private received(session: string): void {
    this.receiving.delete(session);
    if (++this.accepted === this.orders.outageAfter) void this.goDown();
  }

  /**
   * Connections break, except those in the middle of a message: between the log and an unheard 250 nobody could
   * tell a lost message from a doubled one, and the demo's verdict must be certain.
   */
  private async goDown(): Promise<void> {
    const { server } = this;
    server.server.close();
    this.report({ state: 'down' });
    const deadline = Date.now() + this.orders.outageMs;
    while (Date.now() < deadline) {
      for (const connection of server.connections) if (!this.receiving.has(connection.id)) connection.close();
      await wait(50);
    }
    this.server = this.create();
    await this.start();
  }
}
