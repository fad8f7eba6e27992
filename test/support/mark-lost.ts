import { Redis } from 'ioredis';
import pg from 'pg';
import type { BrokerOptions } from '../../src/index.js';

/** As if a worker had died while it ran the call. */
export async function markLost(
  broker: BrokerOptions,
  namespace: string,
  queue: string,
  id: string,
  losses = 1,
): Promise<void> {
  if (broker.type === 'redis') {
    const redis = new Redis(broker.url);
    await redis.hset(`${namespace}:${queue}:${id}`, 'stc', losses);
    redis.disconnect();
  } else if (broker.type === 'postgres') {
    const client = new pg.Client(broker.url);
    await client.connect();
    await client.query(`UPDATE "${namespace}".job SET stalled_count = $3 WHERE queue = $1 AND id = $2`, [
      queue,
      id,
      losses,
    ]);
    await client.end();
  }
}
