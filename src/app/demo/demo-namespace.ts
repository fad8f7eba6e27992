import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';

/** A namespace of the demo's own; what it leaves on a shared Redis is removed in the end. */
export class DemoNamespace implements AsyncDisposable {
  readonly name = `demo_${randomBytes(4).toString('hex')}`;

  constructor(private readonly redisUrl: string | undefined) {}

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.redisUrl) return;
    const redis = new Redis(this.redisUrl);
    try {
      for await (const keys of redis.scanStream({ match: `${this.name}:*`, count: 500 }) as AsyncIterable<
        string[]
      >)
        if (keys.length > 0) await redis.unlink(keys);
    } finally {
      redis.disconnect();
    }
  }
}
