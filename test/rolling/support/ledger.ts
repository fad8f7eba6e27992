import { appendFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What was asked for, and what ran: noted outside the system by those who ask and by the code that runs. */
export interface Entry {
  /** Names the call. */
  readonly key: string;
  /** `cut short`: the code was told that its worker stops, and gave up. */
  readonly event: 'asked' | 'began' | 'ended' | 'cut short';
  readonly at: number;
  /** Retries that were spent before, as the code is told. */
  readonly retries?: number;
}

/** A file of entries that any process adds to. */
export class Ledger {
  constructor(readonly file: string) {}

  static create(): Ledger {
    return new Ledger(join(mkdtempSync(join(tmpdir(), 'celeriac-test-rolling-')), 'ledger'));
  }

  note(entry: Omit<Entry, 'at'>): void {
    appendFileSync(this.file, `${JSON.stringify({ ...entry, at: Date.now() })}\n`);
  }

  entries(): Entry[] {
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as Entry);
  }

  /** Lets what holds come to its end. */
  release(): void {
    writeFileSync(`${this.file}.released`, '');
  }

  get released(): boolean {
    return existsSync(`${this.file}.released`);
  }

  remove(): Promise<void> {
    return rm(dirname(this.file), { recursive: true, force: true });
  }
}
