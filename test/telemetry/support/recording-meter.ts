import type { Attributes, Counter, Gauge, Histogram, Meter } from 'bullmq';

interface Measured {
  readonly name: string;
  readonly value: number;
  readonly attributes: Attributes;
}

/** Keeps what is measured. */
export class RecordingMeter implements Meter {
  readonly measured: Measured[] = [];

  createCounter(name: string): Counter {
    return { add: this.keep(name) };
  }

  createHistogram(name: string): Histogram {
    return { record: this.keep(name) };
  }

  createGauge(name: string): Gauge {
    return { record: this.keep(name) };
  }

  private keep(name: string) {
    return (value: number, attributes: Attributes = {}) =>
      void this.measured.push({ name, value, attributes });
  }
}
