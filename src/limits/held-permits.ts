import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Broker } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import type { Holding } from '../tasks/gates.js';
import { atMost } from '../tasks/at-most.js';
import { insist } from '../tasks/insist.js';

/** Renewals in the time of one lease. */
const TURNS = 4;
/** How long a release is tried; then the lease runs out. */
const RELEASE_PATIENCE = 5_000;
/** How long a shutdown waits for releases. */
const LAST_RELEASES = 1_000;

interface Held {
  readonly holding: Holding;
  readonly lease: number;
  /** By performance.now(). */
  lapsesAt: number;
  onLost(): void;
}

/**
 * The permits, locks and probes of this process. It renews their leases, and tells who holds one when it is lost, or
 * will be before the broker can be asked again.
 */
@Injectable()
export class HeldPermits implements OnApplicationShutdown {
  private readonly logger = new Logger('Limits');
  private readonly held = new Map<string, Held>();
  private readonly releasing = new Set<Promise<void>>();
  private readonly timers = new Map<number, NodeJS.Timeout>();

  constructor(@Inject(BROKER) private readonly broker: Broker) {}

  /** @param taken when the lease began at the latest, by performance.now() */
  add(holding: Holding, lease: number, taken: number, onLost: () => void): void {
    this.held.set(holding.member, { holding, lease, lapsesAt: taken + lease, onLost });
    if (this.timers.has(lease)) return;
    this.timers.set(lease, setInterval(() => void this.renew(lease), Math.max(10, lease / TURNS)).unref());
  }

  /** Gives back what was not lost before, and sees to it; whoever waits for it need not wait for the lease. */
  release(holding: Holding): void {
    if (this.held.get(holding.member)?.holding !== holding) return;
    this.held.delete(holding.member);
    const release = () => this.broker.gates.release([holding]);
    const released = insist(this.broker, 'a release', RELEASE_PATIENCE, release)
      .catch((error: unknown) =>
        this.logger.warn(`${holding.gates.join(', ')}: released when the lease runs out (${String(error)})`),
      )
      .finally(() => this.releasing.delete(released));
    this.releasing.add(released);
  }

  /** What is given back already has reached the broker, or will not in time. */
  async released(): Promise<void> {
    await atMost(LAST_RELEASES, Promise.all(this.releasing));
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers.values()) clearInterval(timer);
  }

  private async renew(lease: number): Promise<void> {
    const all = [...this.held.values()].filter((held) => held.lease === lease);
    if (all.length === 0) {
      clearInterval(this.timers.get(lease));
      this.timers.delete(lease);
      return;
    }
    const now = performance.now();
    for (const held of all) if (now + lease / TURNS >= held.lapsesAt) this.lose(held);
    const kept = all.filter((held) => this.isHeld(held));
    try {
      const lost = await this.broker.gates.renew(
        kept.map(({ holding }) => holding),
        lease,
      );
      for (const held of kept) held.lapsesAt = now + lease;
      const gone = new Set(lost.map(({ member }) => member));
      for (const held of kept) if (gone.has(held.holding.member) && this.isHeld(held)) this.lose(held);
    } catch (error) {
      this.logger.debug(`Leases could not be renewed; trying again (${String(error)})`);
    }
  }

  private isHeld(held: Held): boolean {
    return this.held.get(held.holding.member) === held;
  }

  private lose(held: Held): void {
    this.held.delete(held.holding.member);
    held.onLost();
  }
}
