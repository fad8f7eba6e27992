import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { EmailOutbox } from '../outbox/email-outbox.js';
import { EmailReconciler } from './email-reconciler.js';
import { EmailSubmission } from '../submission/email-submission.js';

const BATCH = 100;

/** What a sweep found, in messages. */
export interface SweepFindings {
  /** They had no call. */
  readonly called: number;
  /** They were handed over, and their worker vanished. */
  readonly lost: number;
  /** Their call had vanished. */
  readonly mended: number;
}

/**
 * Looks after messages that nobody else would: those stored without a call (by `EmailPreprocessService`), those whose
 * worker has vanished, those whose call has. Runs in every process of the module; rows another is at are skipped.
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
    private readonly outbox: EmailOutbox,
    private readonly reconciler: EmailReconciler,
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

  /** @returns what it found */
  async sweep(): Promise<SweepFindings> {
    const called = await this.inBatches(() =>
      this.database.transaction((manager) => this.submission.makeUp(BATCH, manager)),
    );
    const lost = await this.inBatches(() => this.outbox.lose(null, BATCH));
    return { called, lost, mended: await this.reconciler.reconcile() };
  }

  private async inBatches(next: () => Promise<number>): Promise<number> {
    for (let total = 0; ;) {
      const batch = await next();
      total += batch;
      if (batch < BATCH || this.stopped) return total;
    }
  }

  private schedule(delay: number): void {
    this.timer = setTimeout(() => {
      this.running = this.run();
    }, delay).unref();
  }

  private async run(): Promise<void> {
    try {
      const { called, lost, mended } = await this.sweep();
      if (called > 0) this.logger.log(`The sweep called ${called} e-mails that were stored without a call.`);
      if (lost > 0)
        this.logger.warn(`${lost} e-mails were handed over, and their workers were not heard of again.`);
      if (mended > 0) this.logger.warn(`${mended} e-mails had lost their calls, and were seen to.`);
    } catch (error) {
      this.logger.error(`The sweep of the e-mail outbox failed; it runs again: ${String(error)}`);
    }
    // Jitter keeps the processes of a deploy from sweeping in step.
    if (!this.stopped) this.schedule(this.options.sweepInterval * (0.75 + Math.random() / 2));
  }
}
