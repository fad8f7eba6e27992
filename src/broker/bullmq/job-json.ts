import type { JobJson } from 'bullmq';
import type { NewJob } from '../../tasks/broker-port.js';

type Stored = Pick<JobJson, 'id' | 'name' | 'data' | 'opts' | 'timestamp'>;

/**
 * A call as BullMQ's backends store it. `Queue.add` would build a Job around it, and copy its id and its timestamp
 * into the job's options, where every worker reads them again: a quarter of what it costs to store a call.
 *
 * @param timestamp when it is stored, by the store's clock
 */
export function toJobJson({ id, name, envelope, delay, priority }: NewJob, timestamp: number): JobJson {
  const stored: Stored = {
    id,
    name,
    data: JSON.stringify(envelope),
    opts: {
      attempts: 0,
      ...(delay > 0 && { delay: Math.ceil(delay) }),
      ...(priority > 0 && { priority }),
    },
    timestamp: Math.round(timestamp),
  };
  // What a job lacks that has not run yet, the type demands all the same; BullMQ leaves it out, too.
  return stored as JobJson;
}
