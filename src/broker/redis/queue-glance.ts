import type { Redis } from 'ioredis';
import { oldestDue, type QueueState, type WaitingSample } from '../../tasks/queue-state.js';

/** Calls looked at in each place. */
const SAMPLE = 10;
/** BullMQ keeps the due time of a delayed job in the upper bits of its score. */
const SCORE_UNIT = 0x1000;

/**
 * Counts, and the age of calls that wait: the oldest of the list are at its tail; in the sorted set of prioritised ones
 * each level of urgency has its oldest first, so it is looked at in several places.
 *
 * @param now the store's time
 */
export async function glanceAt(redis: Redis, key: string, now: number): Promise<QueueState> {
  const answers = await redis
    .multi()
    .llen(`${key}:wait`)
    .zcard(`${key}:prioritized`)
    .zcard(`${key}:delayed`)
    .llen(`${key}:active`)
    .zcard(`${key}:failed`)
    .hexists(`${key}:meta`, 'paused')
    .lrange(`${key}:wait`, -SAMPLE, -1)
    .zrange(`${key}:delayed`, 0, 0, 'WITHSCORES')
    .exec();
  const value = (place: number): unknown => {
    const [error, found] = answers?.[place] ?? [new Error('Redis gave no answer')];
    if (error) throw error;
    return found;
  };
  const count = (place: number) => Number(value(place));
  const listed = value(6) as string[];
  const ranked = await rankedSample(redis, `${key}:prioritized`, count(1));
  const [, score] = value(7) as string[];
  const samples = await read(redis, key, [...listed, ...ranked]);
  return {
    waiting: count(0) + count(1),
    delayed: count(2),
    active: count(3),
    failed: count(4),
    paused: count(5) === 1,
    oldestDue: oldestDue(samples, now),
    overdue: score === undefined ? 0 : Math.max(0, now - Math.floor(Number(score) / SCORE_UNIT)),
    next: listed.at(-1) ?? ranked[0],
  };
}

async function rankedSample(redis: Redis, key: string, size: number): Promise<string[]> {
  if (size === 0) return [];
  const places = [0, size / 4, size / 2, (size * 3) / 4, size - SAMPLE].map((place) =>
    Math.max(0, Math.floor(place)),
  );
  const ranges = await Promise.all(
    [...new Set(places)].map((place) => redis.zrange(key, place, place + SAMPLE - 1)),
  );
  return [...new Set(ranges.flat())];
}

async function read(redis: Redis, key: string, ids: readonly string[]): Promise<WaitingSample[]> {
  if (ids.length === 0) return [];
  const page = redis.pipeline();
  for (const id of ids) page.hmget(`${key}:${id}`, 'timestamp', 'opts', 'ats');
  const rows = ((await page.exec()) ?? []).map(([, row]) => row as (string | null)[] | null);
  return rows.flatMap((row) => {
    const [timestamp, opts, begun] = row ?? [];
    // It has been taken meanwhile.
    if (!timestamp) return [];
    return [{ storedAt: Number(timestamp), delay: delayIn(opts), begun: Number(begun ?? 0) }];
  });
}

function delayIn(opts: string | null | undefined): number {
  try {
    return Number((JSON.parse(opts ?? '{}') as { delay?: number }).delay ?? 0);
  } catch {
    return 0;
  }
}
