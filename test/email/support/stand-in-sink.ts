import { SmtpPeer } from './smtp-peer.js';
import type { Dump } from './smtp-sink.js';

/** An SMTP server of ours, where no other can be had. */
export class StandInSink {
  private constructor(private readonly peer: SmtpPeer) {}

  static async start(): Promise<StandInSink> {
    const peer = new SmtpPeer();
    await peer.start();
    return new StandInSink(peer);
  }

  get port(): number {
    return this.peer.port;
  }

  dumps(): Dump[] {
    return this.peer.received.map(({ raw, to }) => {
      const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(raw)?.[1]?.trim() ?? '';
      return { messageId: header('Message-ID'), date: header('Date'), recipients: to };
    });
  }

  stop(): Promise<void> {
    return this.peer.stop();
  }
}
