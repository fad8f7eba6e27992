import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

/** An SMTP server that remembers what it accepted, and can be made to hold its answers. */
export class SmtpRecorder implements AsyncDisposable {
  readonly messages: string[] = [];
  /** Settles when a message has come whose answer is held. */
  readonly holding: Promise<void>;
  private gate: Promise<void> = Promise.resolve();
  private release = () => {};
  private held = () => {};

  private constructor(private readonly server: SMTPServer) {
    this.holding = new Promise((resolve) => (this.held = resolve));
  }

  static async start(): Promise<SmtpRecorder> {
    const recorder: SmtpRecorder = new SmtpRecorder(
      new SMTPServer({
        disabledCommands: ['AUTH', 'STARTTLS'],
        closeTimeout: 1,
        logger: false,
        onData: callbackify((stream: SMTPServerDataStream, _session: SMTPServerSession) =>
          recorder.accept(stream),
        ),
      }),
    );
    recorder.server.on('error', () => {});
    await once(recorder.server.listen(0, '127.0.0.1'), 'listening');
    return recorder;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  holdAnswers(): void {
    this.gate = new Promise((resolve) => (this.release = resolve));
  }

  answer(): void {
    this.release();
  }

  private async accept(stream: SMTPServerDataStream): Promise<void> {
    this.messages.push(await text(stream));
    this.held();
    await this.gate;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
    await new Promise<void>((resolve) => this.server.close(resolve));
  }
}
