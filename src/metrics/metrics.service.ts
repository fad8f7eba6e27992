import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Registry } from 'prom-client';
import type { Broker } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import { Counts, GaugeSources, TaskEvents } from '../tasks/index.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../tasks/options/resolve-module-options.js';
import { processRole } from '../tasks/process-role.js';
import { TaskRegistry } from '../tasks/registry/task.registry.js';
import { poolGauges, queueGauges, workerGauge } from './broker-gauges.js';
import { CountCounters } from './count-counters.js';
import { EventLoopLag } from './event-loop-lag.js';
import { METRICS_SETTINGS, type MetricsSettings } from './metrics-options.js';
import { SENT } from './outcome-counters.js';
import { PROM_CLIENT, type PromClient } from './prom-client.js';
import { SourceGauges } from './source-gauges.js';
import { LabelBook } from './task-labels.js';
import { TaskMetrics } from './task-metrics.js';

/** prom-client says the type by its name, whatever its declarations say. */
const COUNTED = ['counter', 'histogram'];

/** A metric as prom-client gives it to other processes. */
export type MetricJson = Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number];

/**
 * What this process measures, and where the application may add metrics of its own.
 *
 * @publicApi
 */
@Injectable()
export class MetricsService implements OnApplicationShutdown {
  /** prom-client's. */
  readonly registry: Registry;
  private readonly tasks: TaskMetrics;
  private readonly gauges: SourceGauges;
  private readonly counters: CountCounters;
  private readonly lag: EventLoopLag | undefined;

  constructor(
    @Inject(PROM_CLIENT) prom: PromClient,
    @Inject(METRICS_SETTINGS) { registry, defaultLabels }: MetricsSettings,
    @Inject(BROKER) broker: Broker,
    @Inject(RESOLVED_OPTIONS) options: ResolvedOptions,
    known: TaskRegistry,
    sources: GaugeSources,
    private readonly counts: Counts,
    events: TaskEvents,
  ) {
    this.registry = registry ?? new prom.Registry();
    if (defaultLabels) this.registry.setDefaultLabels(defaultLabels);
    const queues = Object.keys(options.queues);
    const { kind } = processRole();
    // What a child says goes to its worker: it names nothing that not every process knows.
    const book = new LabelBook(
      { queues, isTask: (name) => known.get(name) !== undefined },
      kind === 'child' ? 0 : undefined,
    );
    this.tasks = new TaskMetrics(prom, this.registry, book);
    this.gauges = new SourceGauges(prom, this.registry, sources);
    this.counters = new CountCounters(prom, this.registry, counts);
    counts.declare({ ...SENT, labels: ['task', 'queue'] });
    events.on('sent', ({ task, queue, duplicate }) => {
      if (!duplicate) counts.add(SENT.name, { ...book.of(task, queue) });
    });
    if (kind === 'child' || kind === 'tool') return;
    this.tasks.listen(events);
    this.lag = new EventLoopLag();
    sources.add(this.lag);
    sources.add(queueGauges(broker, queues));
    sources.add(poolGauges(broker));
    sources.add(workerGauge(options.worker !== undefined));
  }

  /** What a scraper gets, in the text format of Prometheus. It answers within about a second, whatever is down. */
  text(): Promise<string> {
    this.show();
    return this.registry.metrics();
  }

  /** The same, for another process to put together with others. */
  json(): Promise<MetricJson[]> {
    this.show();
    return this.registry.getMetricsAsJSON();
  }

  /** Of that, what only grows; nothing is looked at. */
  counted(): Promise<MetricJson[]> {
    this.show();
    const counted = this.registry
      .getMetricsAsArray()
      .filter(({ type }) => COUNTED.includes(type as unknown as string));
    // The same registry, with the same default labels, but fewer metrics.
    const view = Object.create(this.registry, { getMetricsAsArray: { value: () => counted } }) as Registry;
    return view.getMetricsAsJSON();
  }

  /** Grows whenever something is counted. */
  get changes(): number {
    return this.tasks.changes + this.counts.changes;
  }

  onApplicationShutdown(): void {
    this.lag?.stop();
  }

  private show(): void {
    this.gauges.show();
    this.counters.show();
  }
}
