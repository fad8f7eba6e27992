import { LineFile } from '../support/line-file.js';
import type { Point, Weapon } from './points.js';

/** Where something happened: the process, and the worker it belongs to, which is itself unless it is a child. */
export interface Whereabouts {
  readonly pid: number;
  readonly worker: number;
}

export type Entry =
  /** The producer is about to send a call; the broker has confirmed it; it has come to its end. */
  | { readonly what: 'intent' | 'ack'; readonly key: string }
  | ({ readonly what: 'final'; readonly key: string } & FinalState)
  /** The code of a call began, and ended. */
  | ({ readonly what: 'begin'; readonly key: string; readonly retries: number } & Whereabouts)
  | ({ readonly what: 'end'; readonly key: string } & Whereabouts)
  /** Its signal was aborted with this reason. */
  | ({ readonly what: 'signal'; readonly key: string; readonly reason: string } & Whereabouts)
  /** A strike of its script takes place now. */
  | ({
      readonly what: 'strike';
      readonly key: string;
      readonly strike: number;
      readonly point: Point;
      readonly weapon: Weapon;
    } & Whereabouts)
  /** It waits for a child process. */
  | ({ readonly what: 'waiting'; readonly key: string } & Whereabouts)
  /** A worker has told that it lost the call. */
  | ({ readonly what: 'lost'; readonly key: string; readonly reason: string } & Whereabouts);

/** What the store says of a call that has ended. */
export interface FinalState {
  readonly state: string;
  /** The class of the error it failed with. */
  readonly error: string | undefined;
  readonly value: unknown;
  readonly losses: number;
  /** Crashes charged to it. */
  readonly charged: number;
}

/** What happened, in a file outside the system under test. */
export class Ledger {
  private readonly file: LineFile<Entry & { readonly at?: number }>;

  constructor(file: string) {
    this.file = new LineFile(file);
  }

  write(entry: Entry): void {
    this.file.append({ at: Date.now(), ...entry });
  }

  /** All of it, in the order it was written. */
  entries(): readonly Entry[] {
    return this.file.entries();
  }

  of<W extends Entry['what']>(what: W, key: string): Extract<Entry, { what: W }>[] {
    return this.entries().filter(
      (entry): entry is Extract<Entry, { what: W }> => entry.what === what && entry.key === key,
    );
  }
}
