import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Broker } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import { RunnableTasks } from './invoke/runnable-tasks.js';

const FIRST_PAUSE = 2_000;
/** Parked calls come due by themselves as often. */
const LONGEST_PAUSE = 300_000;

/**
 * Makes parked calls due that this worker knows the tasks of: when it boots, and then ever more rarely, for a worker of
 * another build may have taken them first and parked them again.
 */
@Injectable()
export class ParkedCalls {
  private readonly logger = new Logger('Worker');
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    private readonly tasks: RunnableTasks,
  ) {}

  start(queues: readonly string[], pause = FIRST_PAUSE): void {
    void this.promote(queues).finally(() => {
      if (this.stopped || pause > LONGEST_PAUSE) return;
      this.timer = setTimeout(() => this.start(queues, pause * 2), pause).unref();
    });
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async promote(queues: readonly string[]): Promise<void> {
    for (const queue of queues) {
      try {
        const count = await this.broker.promoteParked(queue, this.tasks.names());
        if (count > 0) this.logger.log(`${queue}: ${count} parked calls are due now`);
      } catch (error) {
        this.logger.warn(`${queue}: parked calls wait out their delay (${String(error)})`);
      }
    }
  }
}
