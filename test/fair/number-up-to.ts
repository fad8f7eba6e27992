import { Redis } from 'ioredis';
import pg from 'pg';
import type { BrokerOptions } from '../../src/index.js';

/** As if so many rounds had been run in a queue. */
export async function numberUpTo(
  broker: BrokerOptions,
  namespace: string,
  queue: string,
  round: number,
): Promise<void> {
  if (broker.type === 'redis') {
    const redis = new Redis(broker.url);
    await redis.hset(`${namespace}:${queue}:celeriac:fair:0`, 'round', round);
    redis.disconnect();
  } else if (broker.type === 'postgres') {
    const client = new pg.Client(broker.url);
    await client.connect();
    await client.query(`UPDATE "${namespace}".celeriac_fair_level SET round = $2 WHERE queue = $1`, [
      queue,
      round,
    ]);
    await client.end();
  }
}
