import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Housekeeping } from '../../tasks/housekeeping/housekeeping.js';
import { BackgroundJob } from '../background-job.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { EmailRetention } from './email-retention.service.js';

const INTERVAL = 60 * 60_000;

/** Runs the retention about once an hour in every process, if there is any. */
@Injectable()
export class RetentionJob implements OnModuleDestroy {
  private readonly logger = new Logger('EmailModule');
  private readonly job: BackgroundJob;

  constructor(
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    private readonly retention: EmailRetention,
    housekeeping: Housekeeping,
  ) {
    const chore = {
      id: 'celeriac.email.retention',
      about: 'deletes and anonymises old e-mails',
      every: INTERVAL,
    };
    const work = housekeeping.known(chore, (signal: AbortSignal) => this.run(signal));
    this.job = new BackgroundJob('The retention of e-mails', INTERVAL, work);
  }

  start(): void {
    const { keep, anonymiseAfter } = this.options.retention;
    if (keep !== null || anonymiseAfter !== null) this.job.start(INTERVAL / 12);
  }

  /** Waits for the running batch. */
  onModuleDestroy(): Promise<void> {
    return this.job.stop();
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { deleted, anonymised, contents } = await this.retention.run(signal);
    if (deleted + anonymised === 0) return;
    this.logger.log(
      `Retention: ${deleted} e-mails were deleted, ${anonymised} anonymised, and ${contents} contents of attachments removed.`,
    );
  }
}
