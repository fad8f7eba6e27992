import { Redis } from 'ioredis';
import pg from 'pg';
import type { BrokerOptions } from '../../src/index.js';

/** Removes what a test left in a broker. */
export async function eraseNamespace(broker: BrokerOptions, namespace: string): Promise<void> {
  if (broker.type === 'redis') {
    const redis = new Redis(broker.url);
    for await (const keys of redis.scanStream({ match: `${namespace}:*`, count: 1_000 })) {
      if ((keys as string[]).length > 0) await redis.unlink(keys as string[]);
    }
    redis.disconnect();
  } else if (broker.type === 'postgres') {
    const client = new pg.Client(broker.url);
    await client.connect();
    await client.query(`DROP SCHEMA IF EXISTS "${namespace}" CASCADE`);
    await client.end();
  }
}
