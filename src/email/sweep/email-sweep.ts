import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { EmailSubmission } from '../submission/email-submission.js';

const BATCH = 100;

/**
 * Finds messages that were stored without a call (by `EmailPreprocessService`) and makes it. Runs in every process of
 * the module; rows another process is at are skipped.
 */
@Injectable()
export class EmailSweep implements OnModuleDestroy {
  private readonly logger = new Logger('EmailModule');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    private readonly submission: EmailSubmission,
  ) {}

  start(): void {
    this.schedule(Math.random() * Math.min(1_000, this.options.sweepInterval));
  }

  /** Waits for the running batch. */
  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Calls the tasks of all uncalled messages, one transaction per batch. @returns how many */
  async sweep(): Promise<number> {
    let called = 0;
    for (;;) {
      const batch = await this.database.transaction((manager) => this.submission.makeUp(BATCH, manager));
      called += batch;
      if (batch < BATCH || this.stopped) return called;
    }
  }

  private schedule(delay: number): void {
    this.timer = setTimeout(() => {
      this.running = this.run();
    }, delay).unref();
  }

  private async run(): Promise<void> {
    try {
      const called = await this.sweep();
      if (called > 0) this.logger.log(`The sweep called ${called} e-mails that were stored without a call.`);
    } catch (error) {
      this.logger.error(`The sweep of the e-mail outbox failed; it runs again: ${String(error)}`);
    }
    // Jitter keeps the processes of a deploy from sweeping in step.
    if (!this.stopped) this.schedule(this.options.sweepInterval * (0.75 + Math.random() / 2));
  }
}
