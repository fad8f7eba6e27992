import type { HealthModuleOptions } from '../../../src/health/index.js';

/** Quick, so that a test is. */
export const QUICK: HealthModuleOptions = {
  interval: '200ms',
  timeout: '1500ms',
  thresholds: { stalledAfter: '1500ms' },
  canary: { every: '300ms', degradedAfter: '30s', downAfter: '1m' },
  maxBrokerLatency: '10s',
  maxEventLoopLag: '1h',
};
