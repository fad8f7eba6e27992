import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { MetricJson, MetricsService } from '../metrics.service.js';

const SHORTEST_PAUSE = 250;
/** A process that was stopped while it said so would take that for the time it took. */
const LONGEST_PAUSE = 2_000;
/** Telling takes at most so much of the process's time: one part in so many. */
const SHARE = 20;

/**
 * In a worker process: tells its supervisor what has been counted, soon after it has changed. A process that is killed
 * cannot be asked any more.
 */
export class MetricsReport {
  private readonly logger = new Logger('Metrics');
  private complained = false;
  private told = 0;
  private going = true;

  constructor(
    private readonly metrics: Pick<MetricsService, 'changes' | 'counted'>,
    private readonly tell: (counted: readonly MetricJson[]) => void,
  ) {}

  /** Until the last report. */
  async run(): Promise<void> {
    for (let pause = SHORTEST_PAUSE; this.going;) {
      await sleep(pause, undefined, { ref: false });
      if (this.metrics.changes === this.told || !this.going) continue;
      const began = performance.now();
      await this.report().catch((error: unknown) => this.complain(error));
      const fair = SHARE * (performance.now() - began);
      pause = Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, fair));
    }
  }

  /** All that was counted: nothing will be from now on. */
  async last(): Promise<readonly MetricJson[]> {
    this.going = false;
    return this.metrics.counted();
  }

  /** A metric of the application's own that cannot be read must not end the process. */
  private complain(error: unknown): void {
    if (!this.complained)
      this.logger.warn(`The supervisor cannot be told what was counted: ${String(error)}`);
    this.complained = true;
  }

  private async report(): Promise<void> {
    this.told = this.metrics.changes;
    this.tell(await this.metrics.counted());
  }
}
