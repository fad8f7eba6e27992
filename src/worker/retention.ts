import { Inject, Injectable } from '@nestjs/common';
import type { Broker } from '../tasks/broker-port.js';
import { atMost } from '../tasks/at-most.js';
import { BROKER } from '../tasks/broker-token.js';
import type { Chore } from '../tasks/housekeeping/chore.js';
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
  private chore: Chore | undefined;

  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly housekeeping: Housekeeping,
  ) {}

  start(every = INTERVAL): void {
    const chore = { id: 'celeriac.retention', about: 'removes finished calls', every };
    this.chore = this.housekeeping.start(chore, (signal) => this.clean(signal));
  }

  /** Ends the round with the batch under way. */
  async stop(): Promise<void> {
    if (this.chore) await atMost(LAST_BATCH, this.chore.stop());
  }

  /** One round over all queues. */
  async clean(signal?: AbortSignal): Promise<void> {
    const { queues, resultTtl, keepFailed } = this.options;
    for (const queue of Object.keys(queues)) {
      await this.removeAll(queue, 'completed', resultTtl, signal);
      await this.removeAll(queue, 'failed', keepFailed, signal);
      await this.broker.records.prune(queue, Math.max(resultTtl, SHORTEST_RECORD));
    }
    await this.broker.gates.prune(GATES_KEPT);
  }

  private async removeAll(
    queue: string,
    state: 'completed' | 'failed',
    age: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    for (let batch = 0; batch < MOST_BATCHES; batch++) {
      if (signal?.aborted || (await this.broker.removeFinished(queue, state, age)) === 0) return;
    }
  }
}
