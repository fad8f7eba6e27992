import type { Redis } from 'ioredis';
import type { CallRecords, CrashRecord, DeliveryMark, Revocation } from '../../tasks/call-records.js';
import { KEPT_CRASHES, LONGEST_KEPT } from '../kept-records.js';

/**
 * Call records as Redis keys beside BullMQ's: a list of crashes and a mark for each call that has any, which expire by
 * themselves, and sorted sets of revoked calls by time.
 */
export class RedisRecords implements CallRecords {
  constructor(
    private readonly redis: Redis,
    private readonly queueKey: (queue: string) => string,
  ) {}

  async addCrash(queue: string, id: string, crash: CrashRecord): Promise<readonly CrashRecord[]> {
    const key = this.key(queue, 'crashes', id);
    const answers = await this.redis
      .multi()
      .rpush(key, JSON.stringify(crash))
      .ltrim(key, -KEPT_CRASHES, -1)
      .pexpire(key, LONGEST_KEPT)
      .lrange(key, 0, -1)
      .exec();
    const [error, lines] = answers?.[3] ?? [new Error('Redis gave no answer'), []];
    if (error) throw error;
    return parse(lines as string[]);
  }

  async crashes(queue: string, id: string): Promise<readonly CrashRecord[]> {
    return parse(await this.redis.lrange(this.key(queue, 'crashes', id), 0, -1));
  }

  async setMark(queue: string, id: string, mark: DeliveryMark | null): Promise<void> {
    const key = this.key(queue, 'mark', id);
    if (mark) await this.redis.set(key, JSON.stringify(mark), 'PX', LONGEST_KEPT);
    else await this.redis.del(key);
  }

  async mark(queue: string, id: string): Promise<DeliveryMark | undefined> {
    const mark = await this.redis.get(this.key(queue, 'mark', id));
    return mark === null ? undefined : (JSON.parse(mark) as DeliveryMark);
  }

  async setDuplicate(queue: string, id: string, of: string): Promise<void> {
    await this.redis.set(this.key(queue, 'duplicate', id), of, 'PX', LONGEST_KEPT);
  }

  async duplicateOf(queue: string, id: string): Promise<string | undefined> {
    return (await this.redis.get(this.key(queue, 'duplicate', id))) ?? undefined;
  }

  async forget(queue: string, id: string): Promise<void> {
    await this.redis
      .multi()
      .del(this.key(queue, 'crashes', id), this.key(queue, 'mark', id))
      .zrem(this.key(queue, 'revoked'), id)
      .zrem(this.key(queue, 'terminated'), id)
      .exec();
  }

  async revocations(queue: string, since: number): Promise<readonly Revocation[]> {
    const [revoked, terminated] = await Promise.all(
      ['revoked', 'terminated'].map((name) =>
        this.redis.zrangebyscore(this.key(queue, name), Math.floor(since), '+inf'),
      ),
    );
    const killed = new Set(terminated);
    return (revoked ?? []).map((id) => ({ id, terminate: killed.has(id) }));
  }

  async revocation(queue: string, id: string): Promise<Revocation | undefined> {
    const [revoked, terminated] = await Promise.all(
      ['revoked', 'terminated'].map((name) => this.redis.zscore(this.key(queue, name), id)),
    );
    return revoked === null ? undefined : { id, terminate: terminated !== null };
  }

  async prune(queue: string, age: number): Promise<void> {
    const [seconds] = await this.redis.time();
    const oldest = `(${Number(seconds) * 1_000 - age}`;
    await Promise.all(
      ['revoked', 'terminated'].map((name) =>
        this.redis.zremrangebyscore(this.key(queue, name), '-inf', oldest),
      ),
    );
  }

  private key(queue: string, ...rest: string[]): string {
    return [this.queueKey(queue), 'celeriac', ...rest].join(':');
  }
}

const parse = (lines: readonly string[]): CrashRecord[] =>
  lines.map((line) => JSON.parse(line) as CrashRecord);
