import { Logger } from '@nestjs/common';
import type { StoreClock } from '../store-clock.js';

/** Something this package does by itself every so often in a process. Times are milliseconds. */
export interface ChoreOptions {
  /** `celeriac.retention` */
  readonly id: string;
  /** For people: `removes finished calls`. */
  readonly about: string;
  /** How often. */
  readonly every: number;
  /** Within which the first run begins; 0: at once. Defaults to {@link every}. */
  readonly within?: number;
  /**
   * The share of {@link every} by which it comes sooner or later, different in each process: those of a deploy start
   * together, and need not run together. Defaults to a quarter.
   */
  readonly jitter?: number;
}

/** What is known of it, and how it went last. */
export interface ChoreReport extends Pick<ChoreOptions, 'id' | 'about' | 'every'> {
  /** When it ran last, in the store's time. */
  readonly at: number;
  readonly failed: boolean;
}

/** @param signal aborted when it should come to an end */
export type ChoreWork = (signal: AbortSignal) => Promise<unknown>;

/** One run after the other. A run that fails is logged, and the next one comes as if it had not. */
export class Chore {
  /** That of its runs, but for the first. */
  readonly timer: NodeJS.Timeout;
  private readonly first: NodeJS.Timeout | undefined;
  private readonly logger = new Logger('Housekeeping');
  private readonly stopping = new AbortController();
  private going: Promise<void> | undefined;
  private last: Pick<ChoreReport, 'at' | 'failed'> | undefined;

  /** Begins. */
  constructor(
    private readonly options: ChoreOptions,
    private readonly work: ChoreWork,
    private readonly clock: Pick<StoreClock, 'now'>,
    private readonly onStop: () => void = () => undefined,
  ) {
    const { every, within = every, jitter = 0.25 } = options;
    this.timer = setInterval(this.next, every * (1 + jitter * (2 * Math.random() - 1))).unref();
    if (within === 0) this.next();
    else if (within < every) this.first = setTimeout(this.next, within * Math.random()).unref();
  }

  /** Undefined: it has not run yet. */
  get report(): ChoreReport | undefined {
    const { id, about, every } = this.options;
    return this.last && { id, about, every, ...this.last };
  }

  /** Begins no other run, tells the one that is under way that it should end, and waits for that. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.timer);
    clearTimeout(this.first);
    this.onStop();
    await this.going;
  }

  /** A run that takes longer than it should takes the place of the next. */
  private readonly next = (): void => {
    this.going ??= this.run().finally(() => (this.going = undefined));
  };

  private async run(): Promise<void> {
    const at = this.clock.now();
    try {
      await this.work(this.stopping.signal);
      this.last = { at, failed: false };
    } catch (error) {
      this.last = { at, failed: true };
      const { id, about } = this.options;
      this.logger.warn(`"${id}" (${about}) failed; it runs again: ${String(error)}`);
    }
  }
}
