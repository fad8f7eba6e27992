import { LONGEST_TIMER } from '../../tasks/duration.js';

/** Something that began, and may not go on for ever. */
export interface Limited {
  /** By performance.now(). */
  readonly startedAt: number;
  onLimit(): void;
}

const timers = new Map<number, LimitTimer>();

/**
 * One timer for all that begin under the same limit: they line up as they begin, so only the first has to be waited
 * for. Nearly all end before their limit, and with a timer for each of them, making and clearing it would be the
 * dearest part of running a small task.
 */
export class LimitTimer {
  private readonly line = new Set<Limited>();
  private timer: NodeJS.Timeout | undefined;

  private constructor(private readonly limit: number) {}

  /** The timer of a limit in milliseconds. Only for what begins now. */
  static of(limit: number): LimitTimer {
    const known = timers.get(limit);
    if (known) return known;
    const timer = new LimitTimer(limit);
    timers.set(limit, timer);
    return timer;
  }

  add(limited: Limited): void {
    this.line.add(limited);
    if (this.line.size === 1) this.waitFor(limited);
  }

  remove(limited: Limited): void {
    this.line.delete(limited);
    if (this.line.size > 0) return;
    clearTimeout(this.timer);
    timers.delete(this.limit);
  }

  private waitFor({ startedAt }: Limited): void {
    const wait = Math.max(0, startedAt + this.limit - performance.now());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ring(), Math.min(LONGEST_TIMER, wait));
  }

  /** The first in line may be another by now, and its time not up yet. */
  private ring(): void {
    const now = performance.now() + 1;
    for (const limited of this.line) {
      if (limited.startedAt + this.limit > now) return this.waitFor(limited);
      this.remove(limited);
      limited.onLimit();
    }
  }
}
