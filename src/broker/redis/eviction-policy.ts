import type { Redis } from 'ioredis';

/**
 * What to tell the operator about Redis' eviction policy; undefined if all is well.
 * Under any policy but `noeviction` a full Redis drops keys, and a dropped lock looks like a dead worker.
 */
export async function evictionWarning(redis: Redis): Promise<string | undefined> {
  const memory = await redis.info('memory');
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
  if (policy === undefined || policy === 'noeviction') return undefined;
  return (
    `Redis has maxmemory-policy "${policy}": when it is full it drops queued calls and locks without a word. ` +
    `Set it: redis-cli config set maxmemory-policy noeviction`
  );
}
