import { Injectable } from '@nestjs/common';
import { LONGEST_TIMER } from '../tasks/duration.js';
import type { Attempt } from './run/attempt.js';

/**
 * The attempts whose code runs in this process now, with one timer for all their limits: nearly all end before theirs,
 * and with a timer for each, making and clearing it would be the dearest part of running a small task.
 *
 * An array, since a Map that calls pass through in thousands leaves tables behind that keep them in memory until the
 * next major collection.
 */
@Injectable()
export class RunningAttempts {
  private readonly running: Attempt[] = [];
  private timer: NodeJS.Timeout | undefined;
  private wakesAt = Number.POSITIVE_INFINITY;
  private readonly onEmpty = new Set<() => void>();

  add(attempt: Attempt): void {
    attempt.place = this.running.length;
    this.running.push(attempt);
    if (attempt.deadline < this.wakesAt) this.wakeAt(attempt.deadline);
  }

  remove(attempt: Attempt): void {
    const last = this.running.pop();
    if (last && last !== attempt) {
      last.place = attempt.place;
      this.running[last.place] = last;
    }
    if (this.running.length === 0 && this.onEmpty.size > 0) {
      for (const told of this.onEmpty) told();
      this.onEmpty.clear();
    }
  }

  get isEmpty(): boolean {
    return this.running.length === 0;
  }

  find(id: string): Attempt | undefined {
    return this.running.find((attempt) => attempt.id === id);
  }

  all(): Attempt[] {
    return [...this.running];
  }

  /** Waits until nothing runs. Never, if something runs for ever: see who else may end the wait. */
  empty(): Promise<void> {
    if (this.running.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.onEmpty.add(resolve));
  }

  /** The timer is left alone when attempts end: when it rings, it finds out what there is to wait for. */
  private wakeAt(deadline: number): void {
    this.wakesAt = deadline;
    clearTimeout(this.timer);
    const wait = Math.max(0, Math.ceil(deadline - performance.now()));
    this.timer = setTimeout(() => this.wake(), Math.min(LONGEST_TIMER, wait)).unref();
  }

  private wake(): void {
    this.wakesAt = Number.POSITIVE_INFINITY;
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const attempt of this.all()) {
      if (attempt.deadline <= now) attempt.onDeadline();
      next = Math.min(next, attempt.deadline);
    }
    if (next < Number.POSITIVE_INFINITY) this.wakeAt(next);
  }
}
