import { Injectable } from '@nestjs/common';

/** Something that is counted. */
export interface CounterSpec {
  /** `celeriac_email_attempts_total`. */
  readonly name: string;
  readonly help: string;
  /** Names of its labels. Their values are few: never an id, an address, or the text of an error. */
  readonly labels: readonly string[];
}

/** How often something has happened. */
export interface Count {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
}

/**
 * Counts what modules do. A child process of the prefork pool hands its counts to the worker at the end of each call:
 * what happens in children is counted there.
 *
 * @publicApi
 */
@Injectable()
export class Counts {
  /** Grows with everything that is counted. */
  changes = 0;

  private readonly specs = new Map<string, CounterSpec>();
  private readonly counts = new Map<string, { -readonly [K in keyof Count]: Count[K] }>();

  /** At boot, in every process. Again changes nothing. */
  declare(counter: CounterSpec): void {
    this.specs.set(counter.name, counter);
  }

  declared(): CounterSpec[] {
    return [...this.specs.values()];
  }

  add(name: string, labels: Readonly<Record<string, string>>, by = 1): void {
    this.changes++;
    const key = JSON.stringify([name, labels]);
    const found = this.counts.get(key);
    if (found) found.count += by;
    else this.counts.set(key, { name, labels, count: by });
  }

  /** All of a counter. */
  of(name: string): Count[] {
    return [...this.counts.values()].filter((count) => count.name === name);
  }

  /** What has been counted since it was last taken, for another process to receive; undefined: nothing. */
  take(): Count[] | undefined {
    if (this.counts.size === 0) return undefined;
    const taken = [...this.counts.values()];
    this.counts.clear();
    return taken;
  }

  receive(taken: readonly Count[]): void {
    for (const { name, labels, count } of taken) this.add(name, labels, count);
  }
}
