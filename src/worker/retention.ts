import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Broker } from '../tasks/broker-port.js';
import { atMost } from '../tasks/at-most.js';
import { BROKER } from '../tasks/broker-token.js';
import { Housekeeping } from '../tasks/housekeeping/housekeeping.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../tasks/options/resolve-module-options.js';

const INTERVAL = 60_000;
/** Batches per queue and round, so that one round ends. */
const MOST_BATCHES = 1_000;
/** Longer than any limit looks back. */
const GATES_KEPT = 86_400_000;
/** A revocation is needed for as long as its call may still be retried. */
const SHORTEST_RECORD = 7 * 86_400_000;
/** How long a shutdown waits for the batch under way; a broker that is silent would hold it up for ever. */
const LAST_BATCH = 1_000;

/** Removes finished calls after `resultTtl` and `keepFailed`. BullMQ's own retention acts only when another job ends. */
@Injectable()
export class Retention {
  private readonly logger = new Logger('Worker');
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;
  private stopped = false;

  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly housekeeping: Housekeeping,
  ) {}

  start(interval = INTERVAL): void {
    // Workers of one deploy start together; their rounds need not.
    const jittered = interval * (0.75 + Math.random() / 2);
    const chore = { id: 'celeriac.retention', about: 'removes finished calls', every: interval };
    const work = this.housekeeping.known(chore, () => this.clean());
    this.timer = setInterval(() => {
      this.round ??= work()
        .catch((error: unknown) =>
          this.logger.warn(
            `Finished calls could not be removed; trying again in a minute (${String(error)})`,
          ),
        )
        .finally(() => (this.round = undefined));
    }, jittered);
    this.timer.unref();
  }

  /** Ends the round with the batch under way. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopped = true;
    if (this.round) await atMost(LAST_BATCH, this.round);
  }

  /** One round over all queues. */
  async clean(): Promise<void> {
    const { queues, resultTtl, keepFailed } = this.options;
    for (const queue of Object.keys(queues)) {
      await this.removeAll(queue, 'completed', resultTtl);
      await this.removeAll(queue, 'failed', keepFailed);
      await this.broker.records.prune(queue, Math.max(resultTtl, SHORTEST_RECORD));
    }
    await this.broker.gates.prune(GATES_KEPT);
  }

  private async removeAll(queue: string, state: 'completed' | 'failed', age: number): Promise<void> {
    for (let batch = 0; batch < MOST_BATCHES && !this.stopped; batch++) {
      if ((await this.broker.removeFinished(queue, state, age)) === 0) return;
    }
  }
}
