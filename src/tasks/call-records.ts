/*
 * What is kept of a call beside its job. Attempts cannot overwrite it: BullMQ fences neither a job's data nor its
 * progress by the lock, so a stale attempt may write there.
 */

/** A process that died while it ran a call. */
export interface CrashRecord {
  /** When, in the store's time. */
  readonly at: number;
  /** Host and process id. */
  readonly where: string;
  /** For people: `its child process was ended by SIGKILL`. */
  readonly how: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Resident memory in bytes when it was last seen. */
  readonly memory: number | null;
  /** What it wrote last to stdout and stderr. */
  readonly lastLines: readonly string[];
  /** Whether it counts towards the crash budget: the call was alone in the process. */
  readonly charged: boolean;
}

/**
 * What the present delivery of a call says about itself for the case that its process dies.
 * `not begun`: it waits for a child process, and its code has not begun. `alone`: it is alone in its process.
 */
export interface DeliveryMark {
  readonly kind: 'not begun' | 'alone';
  /** Host and process id. */
  readonly where: string;
  /** Which delivery of the call it is, from 1. */
  readonly delivery: number;
  /** Losses before it. A later delivery with more of them tells that this one was lost. */
  readonly losses: number;
}

/** That a call must end. */
export interface Revocation {
  readonly id: string;
  /** Its code is not waited for; in isolation it is killed. */
  readonly terminate: boolean;
}

/** The call records of one broker. Every operation is idempotent, but for `addCrash`. */
export interface CallRecords {
  /** Adds a crash; gives all of them, oldest first. */
  addCrash(queue: string, id: string, crash: CrashRecord): Promise<readonly CrashRecord[]>;
  /** Oldest first. */
  crashes(queue: string, id: string): Promise<readonly CrashRecord[]>;
  /** Sets the mark of the present delivery, or removes it. */
  setMark(queue: string, id: string, mark: DeliveryMark | null): Promise<void>;
  mark(queue: string, id: string): Promise<DeliveryMark | undefined>;
  /** A call that was committed, and then found to be one like another: its handle is that one's from now on. */
  setDuplicate(queue: string, id: string, of: string): Promise<void>;
  /** The call whose duplicate it was found to be. */
  duplicateOf(queue: string, id: string): Promise<string | undefined>;
  /** Removes crashes and mark. */
  forget(queue: string, id: string): Promise<void>;
  /** Revocations made since this store's time, in ms. */
  revocations(queue: string, since: number): Promise<readonly Revocation[]>;
  /** The revocation of one call. */
  revocation(queue: string, id: string): Promise<Revocation | undefined>;
  /** Removes what is older than this, in ms. */
  prune(queue: string, age: number): Promise<void>;
}
