import { Injectable } from '@nestjs/common';
import { StoreClock } from '../store-clock.js';

/** What this package does by itself every so often in a process, and how that went last. Times are milliseconds. */
export interface Chore {
  /** `celeriac.retention` */
  readonly id: string;
  /** For people: `removes finished calls`. */
  readonly about: string;
  /** About how often. */
  readonly every: number;
  /** When it ran last, in the store's time. */
  readonly at: number;
  readonly failed: boolean;
}

/** What the package itself does every so often in this process. `celeriac schedules` shows it beside the schedules. */
@Injectable()
export class Housekeeping {
  private readonly byId = new Map<string, Chore>();

  constructor(private readonly clock: StoreClock) {}

  /** The same work, known from its first run on. */
  known<A extends unknown[]>(
    chore: Pick<Chore, 'id' | 'about' | 'every'>,
    work: (...args: A) => Promise<void>,
  ): (...args: A) => Promise<void> {
    const { id, about, every } = chore;
    return async (...args) => {
      const at = this.clock.now();
      const note = (failed: boolean) => void this.byId.set(id, { id, about, every, at, failed });
      try {
        await work(...args);
        note(false);
      } catch (error) {
        note(true);
        throw error;
      }
    };
  }

  all(): readonly Chore[] {
    return [...this.byId.values()];
  }
}
