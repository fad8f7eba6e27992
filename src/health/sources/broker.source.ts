import type { Broker } from '../../tasks/broker-port.js';
import type { OutageMemory } from './outage-memory.js';
import type { HealthSource } from '../../tasks/health/health-source.js';

/** Whether the broker answers, and how fast. */
export const brokerSource = (broker: Broker, maxLatency: number, outages: OutageMemory): HealthSource => ({
  key: 'broker',
  probes: ['ready', 'tasks'],
  check: async (signal) => {
    const began = performance.now();
    signal.addEventListener('abort', () => outages.failed());
    const version = await broker.version().catch((error: unknown) => {
      outages.failed();
      throw error;
    });
    if (!signal.aborted) outages.answered();
    const latency = Math.round(performance.now() - began);
    const data = { backend: broker.description, version, latency };
    return latency > maxLatency
      ? { status: 'degraded', message: `it takes ${latency} ms to answer`, data }
      : { status: 'up', data };
  },
});
