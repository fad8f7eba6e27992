import type { Broker, NewJob } from '../broker-port.js';
import { mayHold } from './dedup.js';

/** Where calls are stored: with a broker, or in a transaction of its database. */
export type CallStore = Pick<Broker, 'enqueue' | 'enqueueMany' | 'read' | 'releaseKey'>;

/** Each time whoever held the key had ended, and another was faster to take it. */
const MOST_ROUNDS = 20;

/**
 * Stores a call, unless one like it keeps it away. A key whose holder has ended is taken from it. Of many callers that
 * see so at once, one takes it, and the others find its call.
 *
 * @param now the store's time
 * @param mayExist an earlier try may have stored it
 * @returns the id of the call, or of that which keeps it away
 */
export async function placeCall(
  store: CallStore,
  queue: string,
  job: NewJob,
  now: () => number,
  mayExist = false,
): Promise<string> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const id = await store.enqueue(queue, job);
    if (id === job.id || !job.dedup) return id;
    if (mayExist && (await store.read(queue, job.id))) return job.id;
    if (mayHold(job.dedup, await store.read(queue, id), now())) return id;
    await store.releaseKey(queue, job.dedup.key, id);
  }
  throw new Error(`The key "${job.dedup?.key}" changed hands ${MOST_ROUNDS} times`);
}

/**
 * The same for many, in one operation as far as nothing keeps them away.
 *
 * @param insist repeats an operation until the store answers; absent: the store is a transaction, one thing at a time
 */
export async function placeCalls(
  store: CallStore,
  queue: string,
  jobs: readonly NewJob[],
  now: () => number,
  insist?: <T>(operation: () => Promise<T>) => Promise<T>,
): Promise<readonly string[]> {
  const add = () => store.enqueueMany(queue, jobs);
  const found = await (insist ? insist(add) : add());
  if (!jobs.some(({ dedup }) => dedup)) return found;
  const own = new Set(jobs.map(({ id }) => id));
  const place = async (job: NewJob, index: number): Promise<string> => {
    const id = found[index] ?? job.id;
    // What one of these calls keeps away, it has kept away just now.
    if (own.has(id)) return id;
    const again = () => placeCall(store, queue, job, now, true);
    return insist ? insist(again) : again();
  };
  if (insist) return Promise.all(jobs.map(place));
  const placed: string[] = [];
  for (const [index, job] of jobs.entries()) placed.push(await place(job, index));
  return placed;
}
