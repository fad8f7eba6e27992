import { Injectable } from '@nestjs/common';
import { type ClaimedEmail, EmailHooks } from '../../src/email/index.js';

type Step = 'block check' | 'prepare' | 'hand over' | 'content and answer' | 'settle';

/** Takes the time of each step of each message. */
@Injectable()
export class Stages extends EmailHooks {
  private readonly since = new Map<string, number>();
  private readonly total = new Map<Step, number>();
  private messages = 0;

  override claimed({ id }: ClaimedEmail): void {
    this.since.set(id, performance.now());
  }
  override blockChecked({ id }: ClaimedEmail): void {
    this.lap(id, 'block check');
  }
  override prepared({ id }: ClaimedEmail): void {
    this.lap(id, 'prepare');
  }
  override handedOver({ id }: ClaimedEmail): void {
    this.lap(id, 'hand over');
  }
  override answered({ id }: ClaimedEmail): void {
    this.lap(id, 'content and answer');
  }
  override settled({ id }: ClaimedEmail): void {
    this.lap(id, 'settle');
    this.since.delete(id);
    this.messages++;
  }

  /** Mean milliseconds. */
  means(): Record<string, number> {
    return Object.fromEntries([...this.total].map(([step, sum]) => [step, sum / this.messages]));
  }

  private lap(id: string, step: Step): void {
    const now = performance.now();
    this.total.set(step, (this.total.get(step) ?? 0) + now - (this.since.get(id) ?? now));
    this.since.set(id, now);
  }
}
