import { loadPromClient, type PromClient } from '../prom-client.js';
import type { MetricJson } from '../metrics.service.js';

/** What a process has sent last may reach the supervisor a little after its end is known there. */
const LAST_WORDS = 1_000;

interface Entry {
  metrics: readonly MetricJson[];
  /** By performance.now(). */
  endedAt: number;
}

/**
 * The metrics of worker processes, as one. What processes counted that have ended stays counted: for Prometheus, a
 * counter that goes down has begun anew.
 */
export class ClusterMetrics {
  private readonly entries = new Map<object, Entry>();
  private gone: readonly MetricJson[] = [];
  /** Those that are in it. */
  private readonly kept = new WeakSet<object>();
  private settling: Promise<void> = Promise.resolve();

  private constructor(private readonly prom: PromClient) {}

  /** @throws {@link MissingPackageError} */
  static async create(): Promise<ClusterMetrics> {
    return new ClusterMetrics(await loadPromClient());
  }

  get contentType(): string {
    return this.prom.Registry.PROMETHEUS_CONTENT_TYPE;
  }

  /** What a process has counted so far. */
  readonly note = (process: object, metrics: readonly unknown[]): void => {
    if (this.kept.has(process)) return;
    const { metrics: before = [], endedAt = Number.POSITIVE_INFINITY } = this.entries.get(process) ?? {};
    this.entries.set(process, { metrics: later(before, metrics as MetricJson[]), endedAt });
  };

  readonly ended = (process: object): void => {
    const entry = this.entries.get(process);
    if (entry) entry.endedAt = performance.now();
  };

  /**
   * In the text format of Prometheus.
   *
   * @param fresh what processes have just said, gauges and all; of others, only what they counted is known
   */
  async text(fresh: ReadonlyMap<object, readonly unknown[]>): Promise<string> {
    for (const [process, metrics] of fresh) this.note(process, metrics);
    await (this.settling = this.settling.then(() => this.settle()));
    const parts = [...this.entries].map(([process, { metrics }]) =>
      fresh.has(process) ? metrics : metrics.filter(isCounted),
    );
    return this.prom.AggregatorRegistry.aggregate([this.gone, ...parts] as object[]).metrics();
  }

  /** Adds those that have ended to what is kept. */
  private async settle(): Promise<void> {
    const over = performance.now() - LAST_WORDS;
    for (const [process, { metrics, endedAt }] of this.entries) {
      if (endedAt > over) continue;
      this.entries.delete(process);
      this.kept.add(process);
      const both = [this.gone, metrics.filter(isCounted)];
      this.gone = await this.prom.AggregatorRegistry.aggregate(both as object[]).getMetricsAsJSON();
    }
  }
}

/**
 * What a process says when it is asked it has begun to put together before; meanwhile it may have told of more. What is
 * counted only grows, so the larger is the later. What it tells unasked has no gauges.
 */
function later(before: readonly MetricJson[], said: readonly MetricJson[]): readonly MetricJson[] {
  const [old, young] = [before.filter(isCounted), said.filter(isCounted)];
  const gauges = said.filter((metric) => !isCounted(metric));
  return [
    ...(total(young) >= total(old) ? young : old),
    ...(gauges.length > 0 ? gauges : before.filter((metric) => !isCounted(metric))),
  ];
}

const total = (metrics: readonly MetricJson[]): number =>
  metrics.reduce((sum, { values }) => values.reduce((part, { value }) => part + Number(value), sum), 0);

/** prom-client says the type by its name, whatever its declarations say. */
const isCounted = ({ type }: MetricJson): boolean =>
  ['counter', 'histogram'].includes(type as unknown as string);
