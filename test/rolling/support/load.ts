import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskResult } from '../../../src/index.js';
import type { Deployment } from './deployment.js';

export interface LoadOptions {
  /** Short calls a second, of 5 to 50 ms. */
  readonly rate: number;
  /** Milliseconds between calls that outlive the shutdown timeout. */
  readonly longEvery: number;
  /** How long those take, in turn. */
  readonly long: readonly number[];
}

/** A steady stream of calls. */
export class Load {
  private readonly calls = new Map<string, Promise<TaskResult>>();
  private readonly ending = new AbortController();
  private readonly running: Promise<void>;

  constructor(
    private readonly deployment: Deployment,
    private readonly options: LoadOptions,
  ) {
    this.running = this.run();
  }

  /** Ends the stream. @returns the calls, by their keys */
  async stop(): Promise<Map<string, TaskResult>> {
    this.ending.abort();
    await this.running;
    const results = [...this.calls].map(async ([key, result]) => [key, await result] as const);
    return new Map(await Promise.all(results));
  }

  /** However late it wakes up, it asks for as many calls as are due. */
  private async run(): Promise<void> {
    const { rate, longEvery, long } = this.options;
    const began = performance.now();
    for (let short = 0, lasting = 0; !this.ending.signal.aborted;) {
      const elapsed = performance.now() - began;
      for (; short < (elapsed * rate) / 1_000; short++) this.ask(`short ${short}`, 5 + ((short * 7) % 46));
      for (; lasting < elapsed / longEvery; lasting++) {
        this.ask(`long ${lasting}`, long[lasting % long.length] ?? 0);
      }
      await sleep(10);
    }
  }

  private ask(key: string, milliseconds: number): void {
    this.deployment.ledger.note({ key, event: 'asked' });
    const result = this.deployment.call('work', key, milliseconds);
    // stop() tells of it.
    result.catch(() => undefined);
    this.calls.set(key, result);
  }
}
