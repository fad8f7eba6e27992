import type { BrokerName, Figures, Scenario } from './round/index.js';

/** A figure that is compared, and what the comparison must come to. */
export interface Target {
  readonly title: string;
  readonly unit: 'calls/s' | 'ms' | 's' | '/s';
  /** Of a figure and its peer's. Defaults to the ratio. */
  readonly compared?: 'ratio' | 'difference';
  /** Whether a scenario measures it. */
  matches(scenario: Scenario): boolean;
  read(figures: Figures): number | undefined;
  /** Of what the comparison comes to; undefined: it is only reported. */
  bound(broker: BrokerName): Bound | undefined;
}

export type Bound = { readonly least: number } | { readonly most: number };

const drain = (concurrency: number, task: 'plain' | 'identified', title: string): Target => ({
  title,
  unit: 'calls/s',
  matches: (scenario) =>
    scenario.kind === 'drain' &&
    !scenario.prefork &&
    scenario.concurrency === concurrency &&
    scenario.task === task,
  read: (figures) => figures['perSecond'],
  bound: (broker) => ({ least: broker === 'redis' ? 0.9 : 0.95 }),
});

/** A bare pool passes a number there and back; 5,000 calls/s of its 9,500 are what a child process must allow for. */
const prefork: Target = {
  title: 'drain, prefork with 2 children',
  unit: 'calls/s',
  matches: (scenario) => scenario.kind === 'drain' && scenario.prefork === true,
  read: (figures) => figures['perSecond'],
  bound: () => ({ least: 0.55 }),
};

const latency = (title: string, quantile: 'p50' | 'p99', most: number): Target => ({
  title,
  unit: 'ms',
  matches: (scenario) => scenario.kind === 'latency',
  read: (figures) => figures[quantile],
  bound: () => ({ most }),
});

const enqueue = (title: string, width: number): Target => ({
  title,
  unit: 'calls/s',
  matches: (scenario) => scenario.kind === 'enqueue' && scenario.width === width,
  read: (figures) => figures['perSecond'],
  bound: () => ({ least: 0.9 }),
});

/** A call with a limit costs one more answer of the broker, which those that come at once share. */
const overhead: Target = {
  title: 'drain, concurrency 100, one rate limit',
  unit: 'calls/s',
  matches: (scenario) => scenario.kind === 'overhead',
  read: (figures) => figures['perSecond'],
  bound: (broker) => (broker === 'redis' ? { least: 0.65 } : undefined),
};

/** Metrics, a log line for each outcome, Sentry without traces, health. */
const watching: Target = {
  title: 'drain, concurrency 100, watched',
  unit: 'calls/s',
  matches: (scenario) => scenario.kind === 'watching',
  read: (figures) => figures['perSecond'],
  bound: () => ({ least: 0.85 }),
};

const backlog = (target: Omit<Target, 'matches'>): Target => ({
  ...target,
  matches: (scenario) => scenario.kind === 'backlog',
});

const beside = backlog({
  title: 'drain beside 10,000 calls that wait',
  unit: 'calls/s',
  read: (figures) => figures['perSecond'],
  bound: () => ({ least: 0.9 }),
});

const meanwhile = backlog({
  title: 'drain mixed with 10,000 that are refused',
  unit: 'calls/s',
  read: (figures) => figures['meanwhile'],
  bound: () => undefined,
});

const settling = backlog({
  title: 'until all have run or been refused',
  unit: 's',
  compared: 'difference',
  read: (figures) => figures['settling'],
  bound: () => undefined,
});

const atRest = (title: string, figure: string, most?: number): Target =>
  backlog({
    title: `at rest, ${title}`,
    unit: '/s',
    compared: 'difference',
    read: (figures) => figures[figure],
    bound: () => (most === undefined ? undefined : { most }),
  });

export const TARGETS: readonly Target[] = [
  drain(1, 'plain', 'drain, concurrency 1'),
  drain(10, 'plain', 'drain, concurrency 10'),
  drain(100, 'plain', 'drain, concurrency 100'),
  drain(100, 'identified', 'drain, concurrency 100, reading its id'),
  prefork,
  latency('from call to start, p50', 'p50', 1.15),
  latency('from call to start, p99', 'p99', 1.3),
  enqueue('call, one after another', 1),
  enqueue('call, 32 in flight', 32),
  overhead,
  watching,
  beside,
  meanwhile,
  settling,
  // Ten calls a second: each is called in, fetched, let pass and completed, and its worker waits for the next.
  atRest('requests', 'requests', 200),
  atRest('commands, with those in scripts', 'commands'),
  atRest('transactions', 'transactions'),
];
