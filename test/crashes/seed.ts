/** What every choice of a run follows from. CELERIAC_SEED repeats a run. */
export const SEED = Number(process.env['CELERIAC_SEED'] ?? Date.now() % 2 ** 31);

/**
 * With CELERIAC_LONG=1 every row of the table is tried in every pool, with each of its weapons and each of its policies.
 * Without, so many rows are tried in each pool, in one way, that every point of every pool has its turn on one of the brokers.
 */
export const LONG = process.env['CELERIAC_LONG'] === '1';

const only = process.env['CELERIAC_CRASHES'];
/** A regular expression over titles: every victim it fits, and no other. */
export const ONLY = only === undefined ? undefined : new RegExp(only);

/** Chances that the same seed and name give again. */
export class Chance {
  private state: number;

  constructor(seed: number, name = '') {
    this.state = Buffer.from(name).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), seed);
  }

  /** From 0 to below 1: mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below this. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, place: this.next() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ item }) => item);
  }
}
