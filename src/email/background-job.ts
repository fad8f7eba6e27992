import { Logger } from '@nestjs/common';

/**
 * What a process does by itself about every so often, one run after the other. A run that fails is logged, and the next
 * one comes as if it had not.
 */
export class BackgroundJob {
  private readonly logger = new Logger('EmailModule');
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  /**
   * @param name begins the sentence that a failure is logged with
   * @param interval in milliseconds
   * @param work gets a signal that is aborted when it should come to an end
   */
  constructor(
    private readonly name: string,
    private readonly interval: number,
    private readonly work: (signal: AbortSignal) => Promise<void>,
  ) {}

  /** @param within milliseconds in which the first run begins: the processes of a deploy start together */
  start(within: number): void {
    this.schedule(within * Math.random());
  }

  /** Begins no other run, and waits for the one that is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(delay: number): void {
    this.timer = setTimeout(() => {
      this.running = this.run();
    }, delay).unref();
  }

  private async run(): Promise<void> {
    try {
      await this.work(this.stopping.signal);
    } catch (error) {
      this.logger.error(`${this.name} failed; it runs again: ${String(error)}`);
    }
    // Jitter keeps the processes of a deploy from running in step.
    if (!this.stopping.signal.aborted) this.schedule(this.interval * (0.75 + Math.random() / 2));
  }
}
