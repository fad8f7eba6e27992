import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireEmbeddedPostgres } from '../../src/broker/index.js';
import { startRedis } from './redis-server.js';

/**
 * What every suite shares: the seed of its chances; the Redis at REDIS_URL, or one of our own; the Postgres at DATABASE_URL, or one of
 * our own. Suites take a namespace or a database of their own in them, and start their own server if they mean to harm it.
 */
export default async function services(): Promise<() => Promise<void>> {
  const stops: (() => Promise<void>)[] = [];
  // One for all files, as some share a plan.
  process.env['CELERIAC_SEED'] ??= String(Date.now() % 2 ** 31);
  if (!process.env['REDIS_URL']) {
    const redis = await startRedis();
    process.env['REDIS_URL'] = redis.url;
    stops.push(() => redis.stop());
  }
  if (!process.env['DATABASE_URL']) {
    const dataDir = await mkdtemp(join(tmpdir(), 'celeriac-test-pg-'));
    const server = await acquireEmbeddedPostgres({ dataDir });
    process.env['DATABASE_URL'] = server.url;
    stops.push(async () => {
      await server.release();
      await rm(dataDir, { recursive: true, force: true });
    });
  }
  return async () => {
    for (const stop of stops) await stop();
  };
}
