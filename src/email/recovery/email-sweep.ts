import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Chore } from '../../tasks/housekeeping/chore.js';
import { Housekeeping } from '../../tasks/housekeeping/housekeeping.js';
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
  private chore: Chore | undefined;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    private readonly submission: EmailSubmission,
    private readonly outbox: EmailOutbox,
    private readonly reconciler: EmailReconciler,
    private readonly housekeeping: Housekeeping,
  ) {}

  start(): void {
    const every = this.options.sweepInterval;
    const chore = {
      id: 'celeriac.email.sweep',
      about: 'reconciles the outbox with the queue',
      every,
      within: Math.min(1_000, every),
    };
    this.chore = this.housekeeping.start(chore, (signal) => this.run(signal));
  }

  /** Waits for the running batch. */
  async onModuleDestroy(): Promise<void> {
    await this.chore?.stop();
  }

  /** @returns what it found */
  async sweep(signal?: AbortSignal): Promise<SweepFindings> {
    const called = await inBatches(signal, () =>
      this.database.transaction((manager) => this.submission.makeUp(BATCH, manager)),
    );
    const lost = await inBatches(signal, () => this.outbox.lose(null, BATCH));
    return { called, lost, mended: await this.reconciler.reconcile() };
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { called, lost, mended } = await this.sweep(signal);
    if (called > 0) this.logger.log(`The sweep called ${called} e-mails that were stored without a call.`);
    if (lost > 0)
      this.logger.warn(`${lost} e-mails were handed over, and their workers were not heard of again.`);
    if (mended > 0) this.logger.warn(`${mended} e-mails had lost their calls, and were seen to.`);
  }
}

async function inBatches(signal: AbortSignal | undefined, next: () => Promise<number>): Promise<number> {
  for (let total = 0; ;) {
    const batch = await next();
    total += batch;
    if (batch < BATCH || signal?.aborted) return total;
  }
}
