import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type GaugeSample, GaugeSources, type GaugeSpec } from '../tasks/index.js';
import { type Rate, rate } from '../tasks/options/limits/rate.js';
import { KnownLimits } from './known-limits.js';
import { type BreakerState, TaskBreakers } from './task-breakers.service.js';
import { TaskLimits } from './task-limits.service.js';

const gauge = (name: string, label: string, help: string): GaugeSpec => ({
  name: `celeriac_${name}`,
  help,
  labels: [label],
  // What each process sees is kept by the broker for all of them.
  across: 'max',
});

const GAUGES = [
  gauge(
    'rate_limit_per_second',
    'limit',
    'Starts that a rate limit lets through in a second, as it holds now.',
  ),
  gauge('rate_limit_waiting', 'limit', 'Calls that wait for a rate limit; of one per key, none are counted.'),
  gauge('concurrency_limit', 'task', 'Calls of a task that may run at once, as it holds now.'),
  gauge('concurrency_waiting', 'task', 'Calls that wait for others of their task to end.'),
  gauge('breaker_state', 'breaker', '0: closed. 1: half open. 2: open.'),
  gauge('breaker_failures', 'breaker', 'Failures that count at present.'),
  gauge('breaker_waiting', 'breaker', 'Calls that wait for a breaker.'),
];

const STATES: Readonly<Record<BreakerState['state'], number>> = { closed: 0, 'half-open': 1, open: 2 };

/** Says how limits stand. */
@Injectable()
export class LimitGauges implements OnModuleInit {
  constructor(
    private readonly sources: GaugeSources,
    private readonly known: KnownLimits,
    private readonly limits: TaskLimits,
    private readonly breakers: TaskBreakers,
  ) {}

  onModuleInit(): void {
    this.sources.add({ gauges: GAUGES, holds: 5_000, collect: () => this.look() });
  }

  private async look(): Promise<GaugeSample[]> {
    const looks = await Promise.all([this.rates(), this.concurrency(), this.breakerStates()]);
    return looks.flat();
  }

  private async rates(): Promise<GaugeSample[]> {
    const known = this.known.rates();
    if (known.size === 0) return [];
    return (await this.limits.list()).flatMap(({ name, limit, waiting }) =>
      samples({ limit: name }, { rate_limit_per_second: perSecond(limit), rate_limit_waiting: waiting }),
    );
  }

  private async concurrency(): Promise<GaugeSample[]> {
    const tasks = [...this.known.concurrency().keys()];
    const states = await Promise.all(tasks.map((task) => this.limits.concurrency(task)));
    return states.flatMap(({ task, limit, waiting }) =>
      samples({ task }, { concurrency_limit: limit, concurrency_waiting: waiting }),
    );
  }

  private async breakerStates(): Promise<GaugeSample[]> {
    return (await this.breakers.list()).flatMap(({ name, state, failures, waiting }) =>
      samples(
        { breaker: name },
        { breaker_state: STATES[state], breaker_failures: failures, breaker_waiting: waiting },
      ),
    );
  }
}

function perSecond(limit: Rate): number {
  const { count, period } = rate(limit, 'rate limit', 'limit');
  return (count / period) * 1_000;
}

const samples = (labels: GaugeSample['labels'], values: Readonly<Record<string, number>>): GaugeSample[] =>
  Object.entries(values).map(([name, value]) => ({ gauge: `celeriac_${name}`, labels, value }));
