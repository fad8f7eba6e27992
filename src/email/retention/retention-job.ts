import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Chore } from '../../tasks/housekeeping/chore.js';
import { Housekeeping } from '../../tasks/housekeeping/housekeeping.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { EmailRetention } from './email-retention.service.js';

const INTERVAL = 60 * 60_000;

/** Runs the retention about once an hour in every process, if there is any. */
@Injectable()
export class RetentionJob implements OnModuleDestroy {
  private readonly logger = new Logger('EmailModule');
  private chore: Chore | undefined;

  constructor(
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    private readonly retention: EmailRetention,
    private readonly housekeeping: Housekeeping,
  ) {}

  start(): void {
    const { keep, anonymiseAfter } = this.options.retention;
    if (keep === null && anonymiseAfter === null) return;
    const chore = {
      id: 'celeriac.email.retention',
      about: 'deletes and anonymises old e-mails',
      every: INTERVAL,
      within: INTERVAL / 12,
    };
    this.chore = this.housekeeping.start(chore, (signal) => this.run(signal));
  }

  /** Waits for the running batch. */
  async onModuleDestroy(): Promise<void> {
    await this.chore?.stop();
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { deleted, anonymised, contents } = await this.retention.run(signal);
    if (deleted + anonymised === 0) return;
    this.logger.log(
      `Retention: ${deleted} e-mails were deleted, ${anonymised} anonymised, and ${contents} contents of attachments removed.`,
    );
  }
}
