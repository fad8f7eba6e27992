import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newNamespace } from '../conformance/variant.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { MeasuredTasks } from './support/measured-tasks.js';
import { MetricsApp } from './support/metrics-app.js';

/** What a scrape may take, on a machine that is busy with other things. */
const BOUND = 3_000;

describe('metrics without a broker', () => {
  let server: RedisServer;
  let app: MetricsApp;

  beforeAll(async () => {
    server = await startRedis();
    app = await MetricsApp.start({
      tasks: { broker: { type: 'redis', url: server.url }, namespace: newNamespace(), worker: true },
      providers: [MeasuredTasks],
    });
    Logger.overrideLogger(false);
  });
  afterAll(async () => {
    await app.close(false);
    await server.stop();
  });

  const timed = async () => {
    const began = performance.now();
    const scrape = await app.scrape();
    expect(performance.now() - began).toBeLessThan(BOUND);
    return scrape;
  };

  const up = async () => (await timed()).sum('celeriac_broker_up');

  it('are answered all the same, and say so, be it frozen or gone', async () => {
    await (await app.service.call('measured.fine', [''])).get({ timeout: '10s' });
    await until(async () => (await up()) === 1);
    server.freeze(true);
    await until(async () => (await up()) === 0);
    await blind();
    await server.kill();
    await blind();
    await server.start();
    await until(async () => (await up()) === 1);
    expect((await timed()).sum('celeriac_queue_length', { state: 'waiting' })).toBe(0);
  });

  /** Many who scrape at once see what this process knows itself, and nothing else. */
  async function blind(): Promise<void> {
    for (const scrape of await Promise.all(Array.from({ length: 20 }, timed))) {
      expect(scrape.sum('celeriac_queue_length')).toBeUndefined();
      expect(scrape.sum('celeriac_breaker_state')).toBeUndefined();
      expect(scrape.sum('celeriac_task_succeeded_total')).toBeGreaterThan(0);
      expect(scrape.sum('celeriac_worker_processes')).toBe(1);
    }
  }
});
