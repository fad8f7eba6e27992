import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Broker } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import { ClockSkewError } from '../tasks/errors/broker.errors.js';
import { StoreClock } from '../tasks/store-clock.js';

const INTERVAL = 30_000;

/** What a process that consumes does about its clock. */
export interface ClockLimit {
  readonly lockTime: number;
  stop(): void;
  resume(): void;
}

/**
 * Measures the store's clock for every process, for what they write is in its time; and keeps a process whose own
 * clock is wrong from consuming.
 */
@Injectable()
export class ClockGuard {
  private readonly logger = new Logger('Worker');
  private timer: NodeJS.Timeout | undefined;
  private tripped = false;

  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    private readonly clock: StoreClock,
  ) {}

  /**
   * Measures now, and from now on.
   *
   * @throws {@link ClockSkewError} if the process consumes, and the clocks differ by more than half the lock time
   */
  async start(limit?: ClockLimit, interval = INTERVAL): Promise<void> {
    await this.measure(limit);
    this.timer = setInterval(() => void this.remeasure(limit), interval);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async measure(limit: ClockLimit | undefined): Promise<void> {
    const offset = await this.broker.measureClockOffset();
    this.clock.adjust(offset);
    if (limit && Math.abs(offset) > limit.lockTime / 2) throw new ClockSkewError(offset, limit.lockTime / 2);
  }

  private async remeasure(limit: ClockLimit | undefined): Promise<void> {
    try {
      await this.measure(limit);
      if (!this.tripped) return;
      this.tripped = false;
      this.logger.log('The clock agrees with the broker again; consuming goes on');
      limit?.resume();
    } catch (error) {
      // A store that does not answer tells nothing about the clock.
      if (!(error instanceof ClockSkewError) || this.tripped) return;
      this.tripped = true;
      this.logger.error(error.message);
      limit?.stop();
    }
  }
}
