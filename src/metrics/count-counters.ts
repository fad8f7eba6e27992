import type { Registry } from 'prom-client';
import type { CounterSpec, Counts } from '../tasks/index.js';
import type { PromClient } from './prom-client.js';

/** Shows what modules count. */
export class CountCounters {
  private readonly shown = new Set<string>();

  constructor(
    private readonly prom: PromClient,
    private readonly registry: Registry,
    private readonly counts: Counts,
  ) {}

  /** Those that have come since, too. */
  show(): void {
    for (const spec of this.counts.declared()) {
      if (this.shown.has(spec.name)) continue;
      this.shown.add(spec.name);
      this.register(spec);
    }
  }

  private register({ name, help, labels }: CounterSpec): void {
    const counter = new this.prom.Counter({
      name,
      help,
      labelNames: labels,
      registers: [this.registry],
      collect: () => {
        counter.reset();
        for (const count of this.counts.of(name)) counter.inc(count.labels, count.count);
      },
    });
  }
}
