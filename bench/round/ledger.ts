import { type Burst, burstSince, now } from './burst.js';

/** The first calls of a burst fill the worker's slots; they are not timed. */
const FILLING = 0.1;

/** Counts the runs of every call of one side, and times the bursts they come in. */
export class Ledger {
  private readonly runs: number[] = [];
  private readonly beside = new Set<number>();
  private doubledBeside = 0;
  private readonly ids = new Set<string>();
  private identified = 0;
  private toRun = 0;
  private toTime = 0;
  private began = now();
  private finish: (burst: Burst) => void = () => undefined;

  /** The next burst of this many calls; ask for it before it begins. */
  burst(calls: number): Promise<Burst> {
    this.toRun = calls;
    this.toTime = Math.floor(calls * (1 - FILLING));
    return new Promise((resolve) => (this.finish = resolve));
  }

  ran(call: number, id?: string): void {
    this.runs[call] = (this.runs[call] ?? 0) + 1;
    if (id !== undefined) this.note(id);
    this.toRun--;
    if (this.toRun === this.toTime) this.began = now();
    if (this.toRun === 0) this.finish(burstSince(this.began, this.toTime));
  }

  /** One of those that are not timed. */
  ranBeside(call: number): void {
    if (this.beside.has(call)) this.doubledBeside++;
    this.beside.add(call);
  }

  get besides(): number {
    return this.beside.size;
  }

  /** @throws unless each of the calls ran exactly once, under an id of its own */
  verify(calls: number): void {
    let missing = 0;
    let doubled = this.doubledBeside;
    for (let call = 0; call < calls; call++) {
      const runs = this.runs[call] ?? 0;
      if (runs === 0) missing++;
      if (runs > 1) doubled++;
    }
    if (missing + doubled > 0 || this.runs.length !== calls) {
      throw new Error(`Of ${calls} calls ${missing} did not run, ${doubled} ran more than once`);
    }
    if (this.ids.size !== this.identified) throw new Error('Two calls ran under one id');
  }

  private note(id: string): void {
    this.ids.add(id);
    this.identified++;
  }
}
