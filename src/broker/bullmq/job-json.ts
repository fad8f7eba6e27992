import type { JobJson } from 'bullmq';
import type { Dedup, NewJob } from '../../tasks/broker-port.js';

type Stored = Pick<JobJson, 'id' | 'name' | 'data' | 'opts' | 'timestamp' | 'deduplicationId'>;

/**
 * A call as BullMQ's backends store it. `Queue.add` would build a Job around it, and copy its id and its timestamp
 * into the job's options, where every worker reads them again: a quarter of what it costs to store a call.
 *
 * @param timestamp when it is stored, by the store's clock
 * @param priority BullMQ's; 0 for none
 */
export function toJobJson(
  { id, name, envelope, delay, dedup }: NewJob,
  timestamp: number,
  priority: number,
): JobJson {
  const stored: Stored = {
    id,
    name,
    data: JSON.stringify(envelope),
    opts: {
      attempts: 0,
      ...(delay > 0 && { delay: Math.ceil(delay) }),
      ...(priority > 0 && { priority }),
      ...(dedup && { deduplication: deduplication(dedup) }),
    },
    timestamp: Math.round(timestamp),
    ...(dedup && { deduplicationId: dedup.key }),
  };
  // What a job lacks that has not run yet, the type demands all the same; BullMQ leaves it out, too.
  return stored as JobJson;
}

/**
 * BullMQ takes a key without a lifetime from a call that has ended, and leaves one with a lifetime alone. How long a
 * unique call may hold its key at most is judged when another asks for it.
 */
function deduplication({ key: id, kind, for: time }: Dedup): Stored['opts']['deduplication'] {
  if (kind === 'unique' || time === null) return { id };
  return kind === 'throttle' ? { id, ttl: time } : { id, ttl: time, extend: true, replace: true };
}
