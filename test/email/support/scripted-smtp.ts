import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where in the dialogue the server does something else than to agree. */
export type Step = 'greeting' | 'ehlo' | 'auth' | 'mail' | 'rcpt' | 'data' | 'content' | 'dot' | 'rset';

/** A reply, the end of the connection, silence, or a reply a byte at a time. */
export type Act = 'drop' | 'silence' | (string & {}) | { readonly drip: string; readonly every: number };

const AGREED: Readonly<Record<Step, string>> = {
  greeting: '220 scripted',
  ehlo: '250-scripted\r\n250 AUTH PLAIN',
  auth: '235 welcome',
  mail: '250 ok',
  rcpt: '250 ok',
  data: '354 go on',
  content: '',
  dot: '250 taken',
  rset: '250 ok',
};

/** What the server has seen of one message. */
export interface Dialogue {
  readonly rcpt: string[];
  /** Without the final dot. */
  content: string;
  /** It arrived whole. */
  complete: boolean;
  /** It was answered with a 250. */
  taken: boolean;
}

/** An SMTP server that breaks the rules on demand, at any step. */
export class ScriptedSmtp {
  readonly dialogues: Dialogue[] = [];
  script: Partial<Record<Step, Act | ((argument: string) => Act | undefined | Promise<Act | undefined>)>> =
    {};
  port = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => void this.serve(socket).catch(() => undefined));

  async start(): Promise<this> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }

  reset(): void {
    this.script = {};
    this.dialogues.length = 0;
    for (const socket of this.sockets) socket.destroy();
  }

  get taken(): Dialogue[] {
    return this.dialogues.filter(({ taken }) => taken);
  }

  private async serve(socket: Socket): Promise<void> {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined);
    await this.act(socket, 'greeting', '');
    let dialogue: Dialogue = { rcpt: [], content: '', complete: false, taken: false };
    let inContent = false;
    for await (const line of createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (inContent) {
        if (line !== '.') {
          if (dialogue.content === '') await this.act(socket, 'content', line);
          dialogue.content += `${line}\r\n`;
          continue;
        }
        inContent = false;
        dialogue.complete = true;
        dialogue.taken = (await this.act(socket, 'dot', dialogue.content)).startsWith('250');
        continue;
      }
      const verb = line.split(/[ :]/)[0]?.toUpperCase();
      if (verb === 'QUIT') return void socket.end('221 bye\r\n');
      if (verb === 'EHLO' || verb === 'HELO') await this.act(socket, 'ehlo', line);
      else if (verb === 'AUTH') await this.act(socket, 'auth', line);
      else if (verb === 'RSET') await this.act(socket, 'rset', line);
      else if (verb === 'MAIL') {
        dialogue = { rcpt: [], content: '', complete: false, taken: false };
        this.dialogues.push(dialogue);
        await this.act(socket, 'mail', line);
      } else if (verb === 'RCPT') {
        const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
        if ((await this.act(socket, 'rcpt', address)).startsWith('250')) dialogue.rcpt.push(address);
      } else if (verb === 'DATA') inContent = (await this.act(socket, 'data', line)).startsWith('354');
      else socket.write('500 what?\r\n');
    }
  }

  private async act(socket: Socket, step: Step, argument: string): Promise<string> {
    const scripted = this.script[step];
    const act = (typeof scripted === 'function' ? await scripted(argument) : scripted) ?? AGREED[step];
    if (act === 'drop') {
      socket.destroy();
      return '';
    }
    if (act === 'silence' || act === '') return '';
    if (typeof act === 'string') {
      socket.write(`${act}\r\n`);
      return act;
    }
    for (const byte of `${act.drip}\r\n`) {
      if (socket.destroyed) return '';
      socket.write(byte);
      await sleep(act.every);
    }
    return act.drip;
  }
}
