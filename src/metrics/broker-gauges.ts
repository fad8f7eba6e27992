import type { Broker } from '../tasks/broker-port.js';
import type { GaugeSample, GaugeSource } from '../tasks/index.js';

const UP = 'celeriac_broker_up';
const LENGTH = 'celeriac_queue_length';

/** What every process sees of the queues. Scrapers come often, and several: an answer holds for some seconds. */
export const queueGauges = (broker: Broker, queues: readonly string[]): GaugeSource => ({
  gauges: [
    { name: UP, help: 'Whether the broker answers this process.', labels: [], across: 'min' },
    { name: LENGTH, help: 'Calls in a queue, by state.', labels: ['queue', 'state'], across: 'max' },
  ],
  holds: 5_000,
  otherwise: [{ gauge: UP, labels: {}, value: 0 }],
  collect: async () => {
    const lengths = await Promise.all(queues.map((queue) => lengthsOf(broker, queue)));
    return [{ gauge: UP, labels: {}, value: 1 }, ...lengths.flat()];
  },
});

async function lengthsOf(broker: Broker, queue: string): Promise<GaugeSample[]> {
  const counts = await broker.counts(queue);
  return Object.entries(counts).map(([state, value]) => ({ gauge: LENGTH, labels: { queue, state }, value }));
}

/** Connections of this process to a broker that has a pool. */
export const poolGauges = (broker: Broker): GaugeSource => ({
  gauges: [
    {
      name: 'celeriac_broker_pool_connections',
      help: 'Connections of the pool to the broker, by state.',
      labels: ['state'],
      across: 'sum',
    },
    {
      name: 'celeriac_broker_pool_waiting',
      help: 'Statements that wait for a connection of the pool.',
      labels: [],
      across: 'sum',
    },
  ],
  collect: () => {
    const { pool } = broker;
    if (!pool) return [];
    const connections = (state: string, value: number) => ({
      gauge: 'celeriac_broker_pool_connections',
      labels: { state },
      value,
    });
    return [
      connections('idle', pool.idle),
      connections('busy', pool.total - pool.idle),
      { gauge: 'celeriac_broker_pool_waiting', labels: {}, value: pool.waiting },
    ];
  },
});

/** Adds up to how many processes consume. */
export const workerGauge = (isWorker: boolean): GaugeSource => ({
  gauges: [
    {
      name: 'celeriac_worker_processes',
      help: 'Processes that consume queues.',
      labels: [],
      across: 'sum',
    },
  ],
  collect: () => [{ gauge: 'celeriac_worker_processes', labels: {}, value: isWorker ? 1 : 0 }],
});
