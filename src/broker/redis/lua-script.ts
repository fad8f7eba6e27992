import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A script that Redis is sent once, and from then on called by its digest. */
export class LuaScript {
  private readonly digest: string;

  constructor(private readonly source: string) {
    this.digest = createHash('sha1').update(source).digest('hex');
  }

  async run(redis: Redis, key: string, ...args: (string | number)[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.digest, 1, key, ...args);
    } catch (error) {
      // A server that was restarted has forgotten it.
      if (!String(error).includes('NOSCRIPT')) throw error;
      return redis.eval(this.source, 1, key, ...args);
    }
  }
}
