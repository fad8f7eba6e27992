import type { Point, Weapon } from './points.js';

/** What befalls a call: at this point, by this, the first so many times. */
export interface Strike {
  readonly at: Point;
  readonly by: Weapon;
  readonly times: number;
}

/** As often as it is run. */
export const ALWAYS = 1_000;

/** What a victim is to do and to suffer. It is the argument of its call, so that it goes wherever the call goes. */
export interface Script {
  /** Names the call in the ledger. */
  readonly key: string;
  readonly strikes: readonly Strike[];
  /** Its first attempts that fail by an error of its own. */
  readonly throws: number;
  /** Milliseconds its first run lasts. */
  readonly lasts: number;
  /** Milliseconds the others last. */
  readonly lastsAgain: number;
}
