import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMigrations } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { acquireEmbeddedPostgres } from '../src/broker/embedded/index.js';
import { eraseNamespace } from '../test/support/erase-namespace.js';
import { startRedis } from '../test/support/redis-server.js';
import { postgresTraffic, redisTraffic } from './broker-traffic.js';
import type { BrokerName, Figures, Place } from './round/index.js';

/** The server both sides of a comparison use: the one the environment names, or one of our own. */
export interface BrokerServer {
  readonly url: string;
  /** Version, and what its durability costs. */
  facts(): Promise<Record<string, string>>;
  /** Makes room for a round. */
  prepare(place: Place): Promise<void>;
  clear(place: Place): Promise<void>;
  /** What it does within so many ms from now, per second. */
  traffic(milliseconds: number): Promise<Figures>;
  stop(): Promise<void>;
}

export const openServer = (broker: BrokerName): Promise<BrokerServer> =>
  broker === 'redis' ? openRedis() : openPostgres();

const clear = ({ broker, url, namespace }: Place): Promise<void> =>
  eraseNamespace({ type: broker, url }, namespace);

async function openRedis(): Promise<BrokerServer> {
  const given = process.env['REDIS_URL'];
  const own = given ? undefined : await startRedis();
  const url = given ?? own?.url ?? '';
  return {
    url,
    facts: () => redisFacts(url, own !== undefined),
    prepare: () => Promise.resolve(),
    clear,
    traffic: (milliseconds) => redisTraffic(url, milliseconds),
    stop: async () => own?.stop(),
  };
}

async function redisFacts(url: string, own: boolean): Promise<Record<string, string>> {
  const redis = new Redis(url);
  try {
    const version = /^redis_version:(\S+)/m.exec(await redis.info('server'))?.[1] ?? 'unknown';
    const settings: Record<string, string> = {};
    for (const name of ['save', 'appendonly', 'appendfsync', 'maxmemory-policy']) {
      settings[name] = String(((await redis.config('GET', name)) as string[])[1]);
    }
    return { server: own ? 'a redis-server of its own' : 'REDIS_URL', version, ...settings };
  } finally {
    redis.disconnect();
  }
}

async function openPostgres(): Promise<BrokerServer> {
  const given = process.env['DATABASE_URL'];
  const dataDir = await mkdtemp(join(tmpdir(), 'celeriac-bench-pg-'));
  const own = given ? undefined : await acquireEmbeddedPostgres({ dataDir });
  const url = given ?? own?.url ?? '';
  return {
    url,
    facts: () => postgresFacts(url, own !== undefined),
    prepare: async ({ namespace }) => {
      await withClient(url, (client) => runMigrations(client as never, namespace));
    },
    clear,
    traffic: (milliseconds) => withClient(url, (client) => postgresTraffic(client, milliseconds)),
    async stop() {
      await own?.release();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function postgresFacts(url: string, own: boolean): Promise<Record<string, string>> {
  const names = [
    'server_version',
    'fsync',
    'synchronous_commit',
    'wal_level',
    'shared_buffers',
    'max_connections',
  ];
  const facts: Record<string, string> = { server: own ? 'the embedded Postgres' : 'DATABASE_URL' };
  await withClient(url, async (client) => {
    for (const name of names) {
      const { rows } = await client.query<{ value: string }>(`SELECT current_setting($1) AS value`, [name]);
      facts[name === 'server_version' ? 'version' : name] = rows[0]?.value ?? '';
    }
  });
  return facts;
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
