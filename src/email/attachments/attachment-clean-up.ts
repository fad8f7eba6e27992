import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { ContentRemoval } from './content/content-removal.js';

const INTERVAL = 60 * 60_000;

/** Removes what nobody needs, about once an hour in every process. */
@Injectable()
export class AttachmentCleanUp implements OnModuleDestroy {
  private readonly logger = new Logger('EmailModule');
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly removal: ContentRemoval) {}

  start(): void {
    // The processes of a deploy begin together; and one that is restarted often comes to it as well.
    this.timer = setTimeout(() => this.begin(), (INTERVAL / 12) * Math.random()).unref();
  }

  /** Waits for what is being removed. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private begin(): void {
    this.running = this.run();
  }

  private async run(): Promise<void> {
    try {
      const removed = await this.removal.run(this.stopping.signal);
      if (removed > 0) this.logger.log(`Removed ${removed} contents of attachments that no e-mail has.`);
    } catch (error) {
      this.logger.error(`The clean-up of attachments failed; it runs again: ${String(error)}`);
    }
    if (this.stopping.signal.aborted) return;
    this.timer = setTimeout(() => this.begin(), INTERVAL * (0.75 + Math.random() / 2)).unref();
  }
}
