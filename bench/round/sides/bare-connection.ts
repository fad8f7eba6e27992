import { createPostgresBackend, Queue, type QueueBaseOptions, Worker } from 'bullmq';
import type { Place } from '../order.js';
import { QUEUE } from './side.js';

type Call = { call: number };
type Options = QueueBaseOptions & { prefix?: string };

/** Celeriac's pool has ten connections as shipped. */
const POOL_SIZE = 10;

function connectionOptions({ broker, url, namespace }: Place): Options {
  return broker === 'redis'
    ? { connection: { url }, prefix: namespace }
    : { connection: { connectionString: url, schema: namespace, max: POOL_SIZE } };
}

/** BullMQ's own Queue, as its documentation makes one. */
export function bareQueue(place: Place): Queue<Call> {
  const options = connectionOptions(place) as never;
  return place.broker === 'redis'
    ? new Queue<Call>(QUEUE, options)
    : (new Queue(QUEUE, options, createPostgresBackend) as unknown as Queue<Call>);
}

/** BullMQ's own Worker, with the lock time and the check for stalled jobs that Celeriac ships. */
export function bareWorker(
  place: Place,
  concurrency: number,
  run: (job: { id?: string; data: Call }) => Promise<void>,
): Worker<Call> {
  const options = {
    ...connectionOptions(place),
    concurrency,
    lockDuration: 15_000,
    stalledInterval: 2_000,
  } as never;
  return place.broker === 'redis'
    ? new Worker<Call>(QUEUE, run, options)
    : (new Worker(QUEUE, run as never, options, createPostgresBackend) as unknown as Worker<Call>);
}
