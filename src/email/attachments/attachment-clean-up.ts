import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Chore } from '../../tasks/housekeeping/chore.js';
import { Housekeeping } from '../../tasks/housekeeping/housekeeping.js';
import { ContentRemoval } from './content/content-removal.js';

const INTERVAL = 60 * 60_000;

/** Removes what nobody needs, about once an hour in every process. */
@Injectable()
export class AttachmentCleanUp implements OnModuleDestroy {
  private readonly logger = new Logger('EmailModule');
  private chore: Chore | undefined;

  constructor(
    private readonly removal: ContentRemoval,
    private readonly housekeeping: Housekeeping,
  ) {}

  start(): void {
    const chore = {
      id: 'celeriac.email.attachments',
      about: 'removes attachments that no e-mail has',
      every: INTERVAL,
      // A process that is restarted often comes to it as well.
      within: INTERVAL / 12,
    };
    this.chore = this.housekeeping.start(chore, (signal) => this.run(signal));
  }

  /** Waits for what is being removed. */
  async onModuleDestroy(): Promise<void> {
    await this.chore?.stop();
  }

  private async run(signal: AbortSignal): Promise<void> {
    const removed = await this.removal.run(signal);
    if (removed > 0) this.logger.log(`Removed ${removed} contents of attachments that no e-mail has.`);
  }
}
