import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Broker } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import { StoreClock } from '../tasks/store-clock.js';
import { IsolatedRuns } from './pools/isolated-runs.js';
import { SoleRuns } from './pools/sole-runs.js';
import { RunningAttempts } from './running-attempts.js';

const INTERVAL = 1_000;
/** A revocation may become visible this much later than its time says. */
const OVERLAP = 5_000;

/**
 * Looks for revocations of what runs here. A look needs no connection of its own, and one that fails is made up for by
 * the next; what waits is revoked where it is delivered.
 */
@Injectable()
export class RevocationWatch {
  private readonly logger = new Logger('Worker');
  private readonly lookedAt = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private looking = false;

  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    private readonly clock: StoreClock,
    private readonly running: RunningAttempts,
    private readonly isolated: IsolatedRuns,
    private readonly sole: SoleRuns,
  ) {}

  start(queues: readonly string[], interval = INTERVAL): void {
    for (const queue of queues) this.lookedAt.set(queue, this.clock.now());
    this.timer = setInterval(() => void this.lookOnce(), interval);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async lookOnce(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      for (const queue of this.lookedAt.keys()) await this.look(queue);
    } finally {
      this.looking = false;
    }
  }

  private async look(queue: string): Promise<void> {
    const now = this.clock.now();
    if (this.running.isEmpty && this.isolated.idsWaiting().length === 0) {
      this.lookedAt.set(queue, now);
      return;
    }
    try {
      const since = (this.lookedAt.get(queue) ?? now) - OVERLAP;
      for (const { id, terminate } of await this.broker.records.revocations(queue, since)) {
        this.running.find(id)?.revoke(terminate);
        this.isolated.dismiss(id, 'revoked');
        this.sole.dismiss(id);
      }
      this.lookedAt.set(queue, now);
    } catch (error) {
      this.logger.debug(`${queue}: revocations could not be read; trying again (${String(error)})`);
    }
  }
}
