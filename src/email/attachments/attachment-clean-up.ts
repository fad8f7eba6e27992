import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Housekeeping } from '../../tasks/housekeeping/housekeeping.js';
import { BackgroundJob } from '../background-job.js';
import { ContentRemoval } from './content/content-removal.js';

const INTERVAL = 60 * 60_000;

/** Removes what nobody needs, about once an hour in every process. */
@Injectable()
export class AttachmentCleanUp implements OnModuleDestroy {
  private readonly logger = new Logger('EmailModule');
  private readonly job: BackgroundJob;

  constructor(
    private readonly removal: ContentRemoval,
    housekeeping: Housekeeping,
  ) {
    const chore = {
      id: 'celeriac.email.attachments',
      about: 'removes attachments that no e-mail has',
      every: INTERVAL,
    };
    const work = housekeeping.known(chore, (signal: AbortSignal) => this.run(signal));
    this.job = new BackgroundJob('The clean-up of attachments', INTERVAL, work);
  }

  start(): void {
    // A process that is restarted often comes to it as well.
    this.job.start(INTERVAL / 12);
  }

  /** Waits for what is being removed. */
  onModuleDestroy(): Promise<void> {
    return this.job.stop();
  }

  private async run(signal: AbortSignal): Promise<void> {
    const removed = await this.removal.run(signal);
    if (removed > 0) this.logger.log(`Removed ${removed} contents of attachments that no e-mail has.`);
  }
}
