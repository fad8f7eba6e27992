import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { GaugeSample, GaugeSource } from '../tasks/index.js';

/** Milliseconds between looks. What is measured are the times between them: this is no delay. */
const RESOLUTION = 20;
const NANOSECONDS = 1e9;
const NAME = 'celeriac_eventloop_lag_seconds';

/** How much later than they should timers ring in this process, since somebody has last asked. */
export class EventLoopLag implements GaugeSource {
  readonly gauges = [
    {
      name: NAME,
      help: 'How much too late timers rang since the last scrape: mean, 99th percentile, worst.',
      labels: ['stat'],
      across: 'max',
    },
  ] as const;

  /** Two who ask at the same time are told the same. */
  readonly holds = 1_000;

  private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION });

  constructor() {
    this.delay.enable();
  }

  readonly collect = (): GaugeSample[] => {
    const { count, mean, max } = this.delay;
    if (count === 0) return [];
    const found = { mean, p99: this.delay.percentile(99), max };
    this.delay.reset();
    return Object.entries(found).map(([stat, nanoseconds]) => ({
      gauge: NAME,
      labels: { stat },
      value: Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION / 1_000),
    }));
  };

  stop(): void {
    this.delay.disable();
  }
}
