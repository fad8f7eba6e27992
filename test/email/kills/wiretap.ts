import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { WirePoint } from './points.js';

/** What a strike hit. */
export interface Strike {
  /** To whom the message was, as far as the dialogue had come. */
  readonly recipient: string | undefined;
}

/** A place on the way to an SMTP server, from where one sees how far a message has come, and strikes once. */
export class Wiretap {
  private readonly sockets = new Set<Socket>();
  private armed: { point: WirePoint; strike: (strike: Strike) => void } | undefined;

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly target: number,
  ) {}

  static async to(target: number): Promise<Wiretap> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const tap = new Wiretap(server, (server.address() as { port: number }).port, target);
    server.on('connection', (socket) => tap.accept(socket));
    return tap;
  }

  /** Strikes as soon as a message has come to this point. */
  arm(point: WirePoint, strike: (strike: Strike) => void): void {
    this.armed = { point, strike };
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(near: Socket): void {
    const far = connect(this.target, '127.0.0.1');
    const dialogue: TappedDialogue = new TappedDialogue((point) => this.strike(point, dialogue.recipient));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    near.on('data', (chunk: Buffer) => dialogue.fromClient(chunk, far));
    far.on('data', (chunk: Buffer) => dialogue.fromServer(chunk, near));
    this.strike('connect', undefined);
  }

  /** @returns whether it was the strike */
  private strike(point: WirePoint, recipient: string | undefined): boolean {
    if (this.armed?.point !== point) return false;
    const { strike } = this.armed;
    this.armed = undefined;
    strike({ recipient });
    return true;
  }
}

/** One connection: commands, then content, then commands again. */
class TappedDialogue {
  recipient: string | undefined;
  private state: 'commands' | 'data' | 'content' | 'dot' = 'commands';
  private tail = '';

  /** @param reached whether that was the strike */
  constructor(private readonly reached: (point: WirePoint) => boolean) {}

  fromClient(chunk: Buffer, server: Socket): void {
    if (this.state === 'content') return this.content(chunk, server);
    server.write(chunk);
    const text = chunk.toString('latin1');
    if (/^MAIL FROM/im.test(text)) this.reached('MAIL');
    const recipient = /^RCPT TO:<([^>]*)>/im.exec(text)?.[1];
    if (recipient !== undefined) {
      this.recipient = recipient;
      this.reached('RCPT');
    }
    if (/^DATA\r$/im.test(text)) {
      this.state = 'data';
      this.reached('DATA');
    }
  }

  fromServer(chunk: Buffer, client: Socket): void {
    const text = chunk.toString('latin1');
    if (this.state === 'data' && /^354/m.test(text)) {
      this.state = 'content';
      this.tail = '\r\n';
    } else if (this.state === 'dot') {
      this.state = 'commands';
      // The server has the message, and its answer never arrives.
      if (this.reached('after the dot')) return;
      client.write(chunk, () => void this.reached('after 250'));
      return;
    }
    client.write(chunk);
  }

  private content(chunk: Buffer, server: Socket): void {
    const half = chunk.subarray(0, Math.floor(chunk.length / 2));
    if (this.tail === '\r\n' && this.reached('mid-body')) return void server.write(half);
    server.write(chunk);
    this.tail = (this.tail + chunk.toString('latin1')).slice(-5);
    if (this.tail === '\r\n.\r\n') this.state = 'dot';
  }
}
