import type { Histogram } from 'prom-client';
import type { TaskLabels } from './task-labels.js';

type PromHistogram = Histogram<'task' | 'queue'>;
type Values = Awaited<ReturnType<PromHistogram['get']>>['values'];

/** What has been observed with one set of labels. */
interface Cells {
  /** One for each bound, and one for what is above all. */
  readonly counts: number[];
  sum: number;
}

/**
 * A histogram that counts in plain numbers, for a registry of prom-client: that one's takes a microsecond for each value,
 * as its counters do (see Tally), and cannot be told several at once.
 */
export class Distribution {
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  private readonly cells = new Map<TaskLabels, Cells>();

  /** @param bounds the upper ends of its buckets, the least first */
  constructor(
    readonly name: string,
    readonly help: string,
    private readonly bounds: readonly number[],
  ) {}

  /** @param labels always the same object for the same labels */
  observe(labels: TaskLabels, value: number): void {
    let cells = this.cells.get(labels);
    if (!cells)
      this.cells.set(
        labels,
        (cells = { counts: Array.from({ length: this.bounds.length + 1 }, () => 0), sum: 0 }),
      );
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket++;
    (cells.counts[bucket] as number)++;
    cells.sum += value;
  }

  get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    const values = [...this.cells].flatMap(([labels, cells]) => this.valuesOf(labels, cells));
    return Promise.resolve({ name, help, type, aggregator, values });
  }

  reset(): void {
    this.cells.clear();
  }

  /** As a registry takes it; its declarations know no other histogram than its own. */
  get metric(): PromHistogram {
    return this as unknown as PromHistogram;
  }

  private valuesOf(labels: TaskLabels, { counts, sum }: Cells): Values {
    let upTo = 0;
    const buckets = counts.map((count, index) => ({
      labels: { le: this.bounds[index] ?? '+Inf', ...labels },
      value: (upTo += count),
      metricName: `${this.name}_bucket`,
    }));
    return [
      ...buckets,
      { labels: { ...labels }, value: sum, metricName: `${this.name}_sum` },
      { labels: { ...labels }, value: upTo, metricName: `${this.name}_count` },
    ];
  }
}
