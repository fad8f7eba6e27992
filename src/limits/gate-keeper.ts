import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Broker } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import { insist } from '../tasks/insist.js';
import { GATE_TIMES } from '../tasks/gates.js';

const SHORTEST = 5;
/** How long one look may take. */
const PATIENCE = 5_000;
/** Who has to do with a crowd at a gate looks at it for so long, whoever is in charge. */
const FOLLOW = 400;

/**
 * Calls in those whose turn has come. Every worker does; one of them, which the broker knows, looks as often as there is
 * something to do, and the others as often as it takes to notice that it is gone.
 */
@Injectable()
export class GateKeeper {
  private readonly logger = new Logger('Limits');
  private readonly name = randomUUID();
  private timer: NodeJS.Timeout | undefined;
  private looksAt = Number.POSITIVE_INFINITY;
  private follows = 0;
  private looking = false;
  private running = false;

  constructor(@Inject(BROKER) private readonly broker: Broker) {}

  start(): void {
    this.running = true;
    this.lookIn(Math.random() * GATE_TIMES.watch);
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
  }

  /** Somebody waits at a gate; its turn may come in so many ms. */
  follow(delay: number): void {
    if (!this.running) return;
    const soon = Math.min(delay, GATE_TIMES.watch);
    this.follows = Math.max(this.follows, performance.now() + soon + FOLLOW);
    this.lookIn(soon);
  }

  private lookIn(delay: number): void {
    const at = performance.now() + Math.max(SHORTEST, delay);
    if (!this.running || at >= this.looksAt) return;
    clearTimeout(this.timer);
    this.looksAt = at;
    this.timer = setTimeout(() => void this.look(), at - performance.now()).unref();
  }

  private async look(): Promise<void> {
    this.looksAt = Number.POSITIVE_INFINITY;
    if (this.looking) return;
    this.looking = true;
    let delay: number = GATE_TIMES.watch;
    try {
      const { mine, next } = await insist(this.broker, 'a look', PATIENCE, () =>
        this.broker.gates.callIn(this.name),
      );
      delay = performance.now() + next < this.follows ? next : mine;
    } catch (error) {
      this.logger.debug(`Calls that wait for a limit could not be called in (${String(error)})`);
    } finally {
      this.looking = false;
      this.lookIn(delay);
    }
  }
}
