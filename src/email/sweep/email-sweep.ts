import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { EmailEnqueueService, type UncalledEmail } from '../submission/email-enqueue.service.js';
import { UNCALLED } from '../submission/submission.sql.js';

const BATCH = 100;

/**
 * Finds messages whose call never came to be (a crash or an unreachable broker after the insert) and makes it.
 * Runs in every process of the module; rows another process is at are skipped.
 */
@Injectable()
export class EmailSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('EmailModule');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    private readonly enqueuer: EmailEnqueueService,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(Math.random() * Math.min(1_000, this.options.sweepInterval));
  }

  /** Waits for the running batch; each of its calls is bounded by the broker's `enqueueTimeout`. */
  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Calls the tasks of all uncalled messages; how many. Stops at the first that the broker does not take. */
  async sweep(): Promise<number> {
    let called = 0;
    for (;;) {
      const { found, taken } = await this.sweepBatch();
      called += taken;
      if (found < BATCH || taken < found || this.stopped) return called;
    }
  }

  private sweepBatch(): Promise<{ found: number; taken: number }> {
    return this.database.transaction(async (manager) => {
      const emails = await manager.query<UncalledEmail[]>(UNCALLED, [this.options.sweepAfter, BATCH]);
      return { found: emails.length, taken: await this.enqueuer.enqueue(emails, manager) };
    });
  }

  private schedule(delay: number): void {
    this.timer = setTimeout(() => {
      this.running = this.run();
    }, delay).unref();
  }

  private async run(): Promise<void> {
    try {
      const called = await this.sweep();
      if (called > 0) this.logger.log(`The sweep enqueued ${called} e-mails whose call had not come to be.`);
    } catch (error) {
      this.logger.error(`The sweep of the e-mail outbox failed; it runs again: ${String(error)}`);
    }
    // Jitter keeps the processes of a deploy from sweeping in step.
    if (!this.stopped) this.schedule(this.options.sweepInterval * (0.75 + Math.random() / 2));
  }
}
