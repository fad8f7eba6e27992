import { Injectable } from '@nestjs/common';
import { RunningAttempts } from '../running-attempts.js';

/** Stops this process from taking work, and lets it go on. */
export interface Intake {
  pause(): void;
  resume(): void;
}

/**
 * Runs suspects where there are no child processes: one at a time, with nothing else beside it, in a process that takes
 * no work until the last of them has ended.
 */
@Injectable()
export class SoleRuns {
  private readonly queue: { readonly id: string; answer(mine: boolean): void }[] = [];
  private occupied = false;
  private draining = false;
  private intake: Intake | undefined;

  constructor(private readonly running: RunningAttempts) {}

  start(intake: Intake): void {
    this.intake = intake;
  }

  /** Whether this process takes no other work. What arrives all the same had been fetched before. */
  get exclusive(): boolean {
    return this.occupied;
  }

  /** Waits until this process is the caller's alone, who then leaves it. False: it does not become so. */
  enter(id: string): Promise<boolean> {
    if (this.draining) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.queue.push({ id, answer: resolve });
      void this.advance();
    });
  }

  leave(): void {
    this.occupied = false;
    void this.advance();
  }

  /** Sends a delivery away that waits. */
  dismiss(id: string): void {
    this.dismissAll((waiting) => waiting === id);
  }

  drain(): void {
    this.draining = true;
    this.dismissAll(() => true);
  }

  private async advance(): Promise<void> {
    if (this.occupied) return;
    if (this.queue.length === 0) return this.intake?.resume();
    this.occupied = true;
    this.intake?.pause();
    await this.running.empty();
    const next = this.queue.shift();
    if (next) next.answer(true);
    else this.leave();
  }

  private dismissAll(which: (id: string) => boolean): void {
    for (const waiting of this.queue.filter(({ id }) => which(id))) {
      this.queue.splice(this.queue.indexOf(waiting), 1);
      waiting.answer(false);
    }
  }
}
