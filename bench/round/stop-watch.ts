import { Ledger } from './ledger.js';

/** A ledger that also knows how long each call waited to start. */
export class StopWatch extends Ledger {
  readonly waited: number[] = [];
  private readonly called: number[] = [];

  start(call: number): void {
    this.called[call] = performance.now();
  }

  override ran(call: number, id?: string): void {
    this.waited[call] = performance.now() - (this.called[call] ?? Number.NaN);
    super.ran(call, id);
  }
}
