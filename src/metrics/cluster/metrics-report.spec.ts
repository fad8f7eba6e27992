import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { MetricJson } from '../metrics.service.js';
import { MetricsReport } from './metrics-report.js';

describe('the report of a worker process', () => {
  it('is made soon after something has been counted, and not again until something is', async () => {
    const metrics = {
      changes: 0,
      counted: () => Promise.resolve([{ value: metrics.changes }] as unknown as MetricJson[]),
    };
    const told: unknown[] = [];
    const report = new MetricsReport(metrics, (counted) => told.push(counted));
    const running = report.run();
    metrics.changes = 5;
    for (let look = 0; look < 200 && told.length === 0; look++) await sleep(10);
    await sleep(600);
    expect(told).toEqual([[{ value: 5 }]]);
    metrics.changes = 6;
    expect(await report.last()).toEqual([{ value: 6 }]);
    await running;
    expect(told).toHaveLength(1);
  });
});
