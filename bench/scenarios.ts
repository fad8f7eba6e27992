import type { BrokerName, Scenario } from './round/index.js';

/** Calls per burst: enough for about a quarter of a second on two cores. */
const BURSTS = {
  redis: { drain: { 1: 1_500, 10: 4_000, 100: 4_500, prefork: 4_000 }, call: { 1: 2_000, 32: 8_000 } },
  postgres: { drain: { 1: 200, 10: 500, 100: 600, prefork: 200 }, call: { 1: 400, 32: 800 } },
} as const;

/** Calls per side, and milliseconds between calls: a rate that leaves a worker idle most of the time. */
const LATENCY = {
  redis: { calls: 1_000, interval: 2 },
  postgres: { calls: 600, interval: 5 },
} as const;

/** Milliseconds; Postgres counts a transaction up to a second late. */
const REST = { redis: 5_000, postgres: 10_000 } as const;

/** What is measured on a broker. `share` makes it a part of that. */
export function scenarios(broker: BrokerName, share = 1): Scenario[] {
  const of = (calls: number) => Math.ceil(calls * share);
  const { drain, call } = BURSTS[broker];
  const { calls, interval } = LATENCY[broker];
  return [
    { kind: 'drain', task: 'plain', concurrency: 1, calls: of(drain[1]) },
    { kind: 'drain', task: 'plain', concurrency: 10, calls: of(drain[10]) },
    { kind: 'drain', task: 'plain', concurrency: 100, calls: of(drain[100]) },
    { kind: 'drain', task: 'identified', concurrency: 100, calls: of(drain[100]) },
    { kind: 'drain', task: 'plain', concurrency: 2, calls: of(drain.prefork), prefork: true },
    { kind: 'latency', concurrency: 10, calls: of(calls), interval },
    { kind: 'enqueue', width: 1, calls: of(call[1]) },
    { kind: 'enqueue', width: 32, calls: of(call[32]) },
    { kind: 'overhead', concurrency: 100, calls: of(drain[100]) },
    { kind: 'watching', concurrency: 100, calls: of(2 * drain[100]) },
    {
      kind: 'backlog',
      concurrency: 100,
      calls: of(drain[100]),
      held: of(10_000),
      after: 4,
      rest: REST[broker],
    },
  ];
}
