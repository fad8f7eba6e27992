import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PATIENCE, until } from '../../support/until.js';

export interface Entry {
  readonly key: string;
  readonly event: 'began' | 'ended';
  readonly pid: number;
  readonly at: number;
  readonly retries: number;
}

/** What tasks have done, in whichever process. */
export class Journal {
  readonly file: string;

  private constructor(readonly directory: string) {
    this.file = join(directory, 'journal');
  }

  static async create(): Promise<Journal> {
    return new Journal(await mkdtemp(join(tmpdir(), 'celeriac-test-cli-')));
  }

  entries(key?: string): Entry[] {
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as Entry).filter((entry) => !key || entry.key === key);
  }

  runs(key: string): Entry[] {
    return this.entries(key).filter(({ event }) => event === 'began');
  }

  /** Waits until a call has begun so often. */
  async began(key: string, times = 1): Promise<Entry> {
    await until(
      () => this.runs(key).length >= times,
      PATIENCE,
      () => `"${key}" began ${times} times`,
    );
    return this.runs(key)[times - 1] as Entry;
  }

  /** The most that ran at once in one process. */
  mostAtOnce(key: string): number {
    const running = new Map<number, number>();
    let most = 0;
    for (const { pid, event } of this.entries(key)) {
      const now = (running.get(pid) ?? 0) + (event === 'began' ? 1 : -1);
      running.set(pid, now);
      most = Math.max(most, now);
    }
    return most;
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }
}
