import { Logger } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { type GaugeSample, type GaugeSource, type GaugeSources, type GaugeSpec } from '../tasks/index.js';
import { CachedLook } from '../tasks/cached-look.js';
import type { PromClient } from './prom-client.js';

/** What a scrape waits for one of its sources: with all of them it stays well below the ten seconds of Prometheus. */
const PATIENCE = 1_000;

/** Shows what modules have to say in gauges. They are looked at when somebody scrapes, side by side. */
export class SourceGauges {
  private readonly logger = new Logger('Metrics');
  private readonly shown = new Set<GaugeSource>();

  constructor(
    private readonly prom: PromClient,
    private readonly registry: Registry,
    private readonly sources: GaugeSources,
  ) {}

  /** Those that have come since, too. */
  show(): void {
    for (const source of this.sources.all()) {
      if (this.shown.has(source)) continue;
      this.shown.add(source);
      const look = this.lookAt(source);
      for (const gauge of source.gauges) this.register(gauge, () => look(gauge.name));
    }
  }

  private lookAt(source: GaugeSource) {
    const { gauges, holds = 0, otherwise = [] } = source;
    let failing = false;
    const look = new CachedLook(
      () => source.collect(),
      holds,
      PATIENCE,
      (error) => {
        // Told once: whoever scrapes comes again soon.
        if (!failing)
          this.logger.warn(`${gauges[0]?.name} and its like cannot be looked at: ${String(error)}`);
        failing = true;
      },
    );
    return async (gauge: string): Promise<readonly GaugeSample[]> => {
      const samples = await look.get();
      if (samples) failing = false;
      return (samples ?? otherwise).filter((sample) => sample.gauge === gauge);
    };
  }

  private register(
    { name, help, labels, across }: GaugeSpec,
    samples: () => Promise<readonly GaugeSample[]>,
  ): void {
    const gauge = new this.prom.Gauge({
      name,
      help,
      labelNames: labels,
      aggregator: across,
      registers: [this.registry],
      collect: async () => {
        const seen = await samples();
        gauge.reset();
        // One without labels has a value from the start.
        if (labels.length === 0) gauge.remove();
        for (const sample of seen) gauge.set(sample.labels, sample.value);
      },
    });
  }
}
