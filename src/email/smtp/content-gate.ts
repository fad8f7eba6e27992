import { Readable } from 'node:stream';
import type { PluginFunction, SendMailOptions } from 'nodemailer/lib/mailer';

/** Nodemailer passes on what has a name. */
const GATE = 'celeriacContentGate';

/**
 * Stands between a message's content and the connection. Nodemailer asks for content no sooner than the SMTP server has
 * (its 354), so what the gate does first is the last moment in which nobody can have the message; if it throws, the
 * connection is closed without the final dot, and the server takes nothing.
 */
export class ContentGate {
  /** The server has asked for the content. */
  opened = false;
  /** All of the content is on its way, the final dot follows. */
  complete = false;
  /** What kept the content from being sent whole: the gate's own refusal, or a source that cannot be read. */
  failure: unknown;

  /** @param open is done before the first byte */
  constructor(private readonly open: () => Promise<void>) {}

  /** The message, with its content behind this gate. */
  guard(message: SendMailOptions): SendMailOptions {
    return Object.assign(message, { [GATE]: this });
  }

  async *content(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    try {
      // A pool that would send it over another connection does not know what the server made of the first.
      if (this.opened) throw new Error('its content has been on its way before');
      await this.open();
      this.opened = true;
      yield* inLargePieces(source);
      this.complete = true;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

/** A plugin of nodemailer's, for its `stream` step: puts a message's content behind its gate. None goes out without. */
export const contentGates: PluginFunction<unknown> = (mail, done) => {
  const { [GATE]: gate } = mail.data as { [GATE]?: ContentGate };
  if (!gate) return done(new Error('a message has no gate before its content'));
  mail.message.processFunc((source: Readable) =>
    // Of the least size: a buffer would be filled before the server has asked.
    Readable.from(gate.content(source), { objectMode: false, highWaterMark: 1 }),
  );
  done();
};

const PIECE = 32 * 1024;

/** A message is put together from many small pieces; each that goes out alone costs a system call. */
async function* inLargePieces(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of source) {
    pieces.push(piece);
    length += piece.length;
    if (length < PIECE) continue;
    yield Buffer.concat(pieces);
    pieces = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(pieces);
}
