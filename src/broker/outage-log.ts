import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@nestjs/common';
import { atMost } from '../tasks/at-most.js';
import { formatDuration } from '../tasks/duration.js';

/** One connection that drops is no outage: the broker is asked so often before it is said to be away. */
const LOOKS = 3;
const FIRST_PAUSE = 200;
const PAUSE = 1_000;
const PATIENCE = 2_000;
/** An outage is not forgotten, nor what it has come to meanwhile: it may not be what it was. */
const REMINDER = 600_000;
/** The same trouble is told again after some quiet only. */
const QUIET = 5_000;
/** Connections hear of the end of an outage one after the other. */
const ECHO = 3_000;

/**
 * Tells of an outage of the broker twice: when it does not answer any more, and when it answers again. What its many
 * connections say meanwhile is the same trouble. Errors of a broker that answers are told one by one.
 */
export class OutageLog {
  private readonly last = new Map<string, number>();
  private looking = false;
  private closed = false;
  private latest = '';
  private over = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly logger: Pick<Logger, 'warn' | 'log'>,
    private readonly broker: string,
    /** Asks the broker for anything. */
    private readonly ask: () => Promise<unknown>,
  ) {}

  readonly report = (error: Error): void => {
    this.latest = error.message || String((error as { code?: unknown }).code ?? error.name);
    if (this.looking || this.closed) return;
    this.looking = true;
    void this.look(this.latest, performance.now()).finally(() => (this.looking = false));
  };

  close(): void {
    this.closed = true;
  }

  private async look(message: string, since: number): Promise<void> {
    for (let round = 1; !(await this.answers()); round++) {
      if (round === LOOKS) return this.outage(message, since);
      await this.pause(FIRST_PAUSE);
      if (this.closed) return;
    }
    if (performance.now() - this.over > ECHO) this.trouble(message);
  }

  private async outage(message: string, since: number): Promise<void> {
    this.logger.warn(`The broker (${this.broker}) does not answer: ${message}`);
    let told = performance.now();
    while (!(await this.answers())) {
      await this.pause(PAUSE);
      if (this.closed) return;
      if (performance.now() - told < REMINDER) continue;
      told = performance.now();
      this.logger.warn(
        `The broker (${this.broker}) has not answered for ${lasted(since)}; the latest error: ${this.latest}`,
      );
    }
    this.over = performance.now();
    this.logger.log(`The broker (${this.broker}) answers again, after ${lasted(since)}`);
  }

  private trouble(message: string): void {
    const now = performance.now();
    const previous = this.last.get(message);
    this.last.set(message, now);
    if (previous !== undefined && now - previous < QUIET) return;
    if (this.last.size > 100) this.last.clear();
    this.logger.warn(message);
  }

  private async answers(): Promise<boolean> {
    let answered = false;
    const asked = this.ask().then(() => (answered = true));
    await atMost(PATIENCE, asked);
    return answered;
  }

  /** Nothing that should keep a process. */
  private async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { ref: false });
  }
}

const lasted = (since: number): string => {
  const time = performance.now() - since;
  return formatDuration(time < 10_000 ? time : Math.round(time / 1_000) * 1_000);
};
