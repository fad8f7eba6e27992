import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import type { BrokerOptions } from '../../src/index.js';
import { Callers, FixtureTasks, Gates, Journal } from '../conformance/fixture-tasks.js';
import { bootApp } from '../conformance/test-app.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const QUEUES = { default: {}, a: { concurrency: 50 }, b: { concurrency: 50 }, c: {}, d: {} };

/** Connections while five queues work, and the most the module announced. */
async function connectionsUnderLoad(
  broker: BrokerOptions,
  count: () => Promise<number>,
): Promise<{ open: number; announced: number }> {
  const app = await bootApp({ broker, queues: QUEUES, worker: true }, [
    FixtureTasks,
    Callers,
    Journal,
    Gates,
  ]);
  const { tasks } = app.get(Callers);
  let open = 0;
  for (const queue of Object.keys(QUEUES)) {
    const calls = Array.from({ length: 100 }, (): [string] => ['load']);
    const results = await tasks.echo.delayMany(calls, { queue });
    open = Math.max(open, await count());
    await Promise.all(results.map((result) => result.get()));
    open = Math.max(open, await count());
  }
  const announced = app.broker.connectionBudget(Object.keys(QUEUES).length, true).total;
  await app.close();
  await until(async () => (await count()) === 0);
  return { open, announced };
}

describe('the connection budget', () => {
  it('holds on Redis with five busy queues, and nothing stays open', async () => {
    const redis = await startRedis();
    const client = new Redis(redis.url);
    const count = async () => {
      const list = (await client.client('LIST')) as string;
      return list.trim().split('\n').length - 1;
    };
    const { open, announced } = await connectionsUnderLoad({ type: 'redis', url: redis.url }, count);
    client.disconnect();
    await redis.stop();
    expect(announced).toBe(8);
    expect(open).toBeLessThanOrEqual(announced);
  });

  it('holds on Postgres with five busy queues on a pool of three, which does not starve', async () => {
    const postgres = await OwnPostgres.start();
    const broker: BrokerOptions = { type: 'postgres', url: postgres.url, poolSize: 3 };
    const { open, announced } = await connectionsUnderLoad(broker, () => postgres.connections());
    await postgres.stop();
    expect(announced).toBe(4);
    expect(open).toBeLessThanOrEqual(announced);
  });
});
