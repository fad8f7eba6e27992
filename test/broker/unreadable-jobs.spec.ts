import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { Redis as RedisClient } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TasksService } from '../../src/index.js';
import { Callers, FixtureTasks, Gates, Journal } from '../conformance/fixture-tasks.js';
import { bootApp, type TestApp } from '../conformance/test-app.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';

describe('jobs in Redis that are not JSON', () => {
  const broker = brokerOptions({ broker: 'redis', lying: false });
  const namespace = newNamespace();
  let app: TestApp;
  let redis: Redis;

  beforeAll(async () => {
    redis = new RedisClient(broker.type === 'redis' ? broker.url : '');
    const providers = [FixtureTasks, Callers, Journal, Gates];
    app = await bootApp(
      { broker, namespace, queues: { default: {} }, worker: { lockTime: '1s' } },
      providers,
    );
  });

  afterAll(async () => {
    await app.close();
    redis.disconnect();
    await eraseNamespace(broker, namespace);
  });

  it.each([
    ['data', '{"v":1,'],
    ['opts', 'not json at all'],
    ['progress', '{{'],
  ])('a job whose %s is broken is quarantined, and its neighbours run', async (field, value) => {
    const { tasks } = app.get(Callers);
    const key = randomUUID();
    const broken = await tasks.echo.applyAsync([key], { countdown: '300ms' });
    await redis.hset(`${namespace}:default:${broken.id}`, field, value);
    const neighbours = await tasks.echo.delayMany([
      [randomUUID(), 1],
      [randomUUID(), 2],
    ]);
    const service = app.get(TasksService);
    await until(async () => (await service.result(broken.id).state())?.state === 'quarantined');
    expect(await Promise.all(neighbours.map((result) => result.get()))).toEqual([1, 2]);
    expect(app.get(Journal).runs(key)).toBe(0);
  });
});
