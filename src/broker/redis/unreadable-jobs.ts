import type { Redis } from 'ioredis';

const JSON_FIELDS = ['opts', 'progress', 'parent'] as const;
/** What each of these fields holds when it is absent. */
const NEUTRAL: Record<(typeof JSON_FIELDS)[number], string> = { opts: '{}', progress: '0', parent: '' };

/**
 * BullMQ cannot read a job whose own fields are not JSON; it fails on every fetch, and the job stays active for
 * ever. Here such fields are reset, and the payload is marked, so that the next delivery quarantines the call.
 *
 * @param key prefix of the queue's keys
 */
export async function repairUnreadableJobs(redis: Redis, key: string): Promise<string[]> {
  const repaired: string[] = [];
  for (const id of await redis.lrange(`${key}:active`, 0, -1)) {
    const values = await redis.hmget(`${key}:${id}`, ...JSON_FIELDS);
    const broken = JSON_FIELDS.filter((_, index) => !isJson(values[index]));
    if (broken.length === 0) continue;
    const resets = broken.flatMap((field) => [field, NEUTRAL[field]]);
    const note = JSON.stringify({ unreadable: `the job's ${broken.join(', ')} was not JSON` });
    await redis.hset(`${key}:${id}`, ...resets, 'data', note);
    repaired.push(id);
  }
  return repaired;
}

function isJson(value: string | null | undefined): boolean {
  if (!value) return true;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
