import { LineFile } from '../../support/line-file.js';

/** Milliseconds on a clock that all processes of a machine share, and that nobody sets. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

export interface Entry {
  /**
   * The code of a call began, or ended; its limits let it pass, after it asked at `from`; they deferred it; its signal
   * was aborted. `died`: a process has.
   */
  readonly what: 'start' | 'end' | 'granted' | 'deferred' | 'aborted' | 'refused' | 'kept away' | 'died';
  readonly at: number;
  readonly pid: number;
  readonly id?: string;
  readonly task?: string;
  readonly key?: string;
  readonly retries?: number;
  readonly from?: number;
  readonly fence?: number;
  readonly reason?: string;
}

export interface LedgerStay {
  readonly id: string;
  readonly pid: number;
  readonly fence: number;
  readonly from: number;
  readonly to: number;
  /** It ended with its process. */
  readonly died: boolean;
}

/** What happened, in a file outside the system under test. */
export class Ledger {
  private readonly file: LineFile<Entry>;

  constructor(file: string) {
    this.file = new LineFile(file);
  }

  write(entry: Omit<Entry, 'at' | 'pid'> & Partial<Entry>): void {
    this.file.append({ at: now(), pid: process.pid, ...entry });
  }

  entries(): readonly Entry[] {
    return this.file.entries();
  }

  of(what: Entry['what'], task: string, key?: string): Entry[] {
    return this.entries().filter(
      (entry) => entry.what === what && entry.task === task && (key === undefined || entry.key === key),
    );
  }

  /** When the code of a task began. */
  starts(task: string, key?: string): number[] {
    return this.of('start', task, key).map(({ at }) => at);
  }

  /** When each began: at a time between that when its limits let it pass, and that when its code was on the machine. */
  begins(task: string, key?: string): { from: number; to: number }[] {
    const grants = new Map<string, number>();
    const found: { from: number; to: number }[] = [];
    for (const entry of this.entries()) {
      const which = `${entry.pid} ${entry.id}`;
      if (entry.what === 'granted') grants.set(which, entry.at);
      if (entry.what !== 'start' || entry.task !== task || (key !== undefined && entry.key !== key)) continue;
      found.push({ from: Math.min(grants.get(which) ?? entry.at, entry.at), to: entry.at });
    }
    return found;
  }

  /** From when to when each ran: until its end, or the death of its process. */
  stays(task: string, key?: string): LedgerStay[] {
    const all = this.entries();
    return this.of('start', task, key).map(({ at: from, id = '', pid, fence = 0 }) => {
      const end = all.find(
        (entry) =>
          entry.at >= from &&
          entry.pid === pid &&
          (entry.what === 'died' || (entry.what === 'end' && entry.id === id)),
      );
      return { id, pid, fence, from, to: end?.at ?? Number.POSITIVE_INFINITY, died: end?.what === 'died' };
    });
  }

  /** Calls that began again although no process had died of it. */
  repeated(task: string): string[] {
    const deaths = this.entries().filter(({ what }) => what === 'died');
    const last = new Map<string, Entry>();
    return this.of('start', task).flatMap((start) => {
      const { id = '' } = start;
      const before = last.get(id);
      last.set(id, start);
      const explained =
        !before || deaths.some(({ pid, at }) => pid === before.pid && at >= before.at && at <= start.at);
      return explained ? [] : [id];
    });
  }
}
