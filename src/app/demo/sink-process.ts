import { Child } from './child.js';
import type { SinkOrders, SinkReport } from './sink-messages.js';

/** The demo's SMTP server, in a process of its own. */
export class SinkProcess extends Child {
  constructor(orders: SinkOrders, outputFile: string) {
    super({
      file: new URL('./smtp-sink.js', import.meta.url),
      args: [JSON.stringify(orders)],
      env: { PATH: process.env['PATH'] },
      outputFile,
    });
  }

  /** Waits until it listens. @returns its URL */
  async url(signal: AbortSignal): Promise<string> {
    const port = await this.awaited<number>(signal, (resolve) =>
      this.onReport((report) => report.state === 'up' && resolve(report.port)),
    );
    return `smtp://127.0.0.1:${port}`;
  }

  onReport(listener: (report: SinkReport) => void): void {
    this.onMessage((message) => listener(message as SinkReport));
  }
}
