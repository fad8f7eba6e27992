import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A reply other than 250. */
interface Reply {
  code: number;
  text: string;
}

/** A message the server has answered with 250. */
export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

/** What the server answers; a test sets what it needs, and `reset` goes back to accepting all. */
export interface Script {
  mailFrom?: Reply;
  rcptTo?: (address: string) => Reply | undefined | Promise<Reply | undefined>;
  /** Waited for before the reply to the final dot. */
  finalDot?: () => Promise<Reply | undefined>;
  auth?: Reply;
  /** So many times it closes the connection when a message begins. */
  hangUps?: number;
}

/** A real SMTP server in this process. It keeps its port when it is stopped and started again. */
export class SmtpPeer {
  readonly received: Received[] = [];
  script: Script = {};
  /** Connections that have been closed. */
  closed = 0;
  port = 0;
  private server: SMTPServer | undefined;

  constructor(private readonly options: SMTPServerOptions = { authOptional: true }) {}

  async start(): Promise<void> {
    this.server = new SMTPServer({
      disableReverseLookup: true,
      closeTimeout: 20,
      hideSTARTTLS: true,
      allowInsecureAuth: true,
      ...this.options,
      onAuth: (_auth, _session, callback) => {
        if (this.script.auth) callback(failure(this.script.auth));
        else callback(null, { user: 'user' });
      },
      onClose: () => void this.closed++,
      onMailFrom: (_address, session, callback) => {
        if (this.script.hangUps) {
          this.script.hangUps--;
          this.hangUp(session.id);
        } else callback(failure(this.script.mailFrom));
      },
      onRcptTo: async ({ address }, _session, callback) =>
        callback(failure(await this.script.rcptTo?.(address))),
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', async () => {
          const { mailFrom, rcptTo } = session.envelope;
          const to = rcptTo.map(({ address }) => address);
          const message = {
            from: mailFrom ? mailFrom.address : '',
            to,
            raw: Buffer.concat(chunks).toString(),
          };
          const reply = await this.script.finalDot?.();
          if (!reply) this.received.push(message);
          callback(failure(reply));
        });
      },
    });
    this.server.on('error', () => undefined);
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server.server, 'listening');
    this.port = (this.server.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (server) await new Promise<void>((resolve) => server.close(resolve));
  }

  private hangUp(id: string): void {
    for (const connection of this.server?.connections ?? []) {
      if (connection.session.id === id) connection.close();
    }
  }

  reset(): void {
    this.script = {};
    this.received.length = 0;
  }
}

function failure(reply: Reply | undefined): Error | null {
  return reply ? Object.assign(new Error(reply.text), { responseCode: reply.code }) : null;
}
