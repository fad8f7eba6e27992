import { Injectable } from '@nestjs/common';
import type { Attempt } from './run/attempt.js';

/** The attempts whose code runs in this process now. */
@Injectable()
export class RunningAttempts {
  private readonly byId = new Map<string, Attempt>();
  private onEmpty: (() => void) | undefined;

  add(attempt: Attempt): void {
    this.byId.set(attempt.id, attempt);
  }

  remove(attempt: Attempt): void {
    if (this.byId.get(attempt.id) === attempt) this.byId.delete(attempt.id);
    if (this.byId.size === 0) this.onEmpty?.();
  }

  get(id: string): Attempt | undefined {
    return this.byId.get(id);
  }

  all(): Attempt[] {
    return [...this.byId.values()];
  }

  /** Waits until nothing runs, at most `timeout` ms. */
  empty(timeout: number): Promise<void> {
    if (this.byId.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeout);
      this.onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
