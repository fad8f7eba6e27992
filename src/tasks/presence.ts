/*
 * Who is there. Each process says so again and again, in the store's time; one that stops saying so is missed, and
 * forgotten after a while.
 */

/** What one process has said last. */
export interface Beat {
  readonly id: string;
  /** Plain JSON. */
  readonly state: unknown;
  /** Milliseconds since it said so. */
  readonly age: number;
}

export interface Presence {
  /** Says that a process is there, and how it is. @param keep milliseconds until it is forgotten, unless it beats again */
  beat(id: string, state: object, keep: number): Promise<void>;
  /** Takes leave. Idempotent. */
  leave(id: string): Promise<void>;
  /** Those that are not forgotten. */
  beats(): Promise<readonly Beat[]>;
}
