import type { NewJob } from '../../tasks/broker-port.js';

/** So many numbers has a level; above them all calls are one round, first come, first served. */
export const LEVEL_SPAN = 2 ** 28;

/** In a queue whose callers take turns. */
export const takesTurns = (job: NewJob): boolean => job.tenant !== undefined;

/** The priority BullMQ stores a call with whose caller does not wait for turns. */
export const bullPriority = (job: NewJob): number => job.priority;

const levelOf = (job: NewJob): number => Math.max(0, job.priority - 1);

/**
 * The priorities BullMQ stores calls with, in order. Where callers take turns it is the number of a turn, and each level
 * of urgency has numbers of its own.
 */
export async function turns(
  jobs: readonly NewJob[],
  numbersOf: (level: number, tenants: readonly string[]) => Promise<readonly number[]>,
): Promise<readonly number[]> {
  const priorities = jobs.map(bullPriority);
  const places = [...jobs.keys()].filter((place) => takesTurns(jobs[place] as NewJob));
  for (const [level, there] of groupBy(places, (place) => levelOf(jobs[place] as NewJob))) {
    const tenants = there.map((place) => jobs[place]?.tenant ?? '');
    const numbers = await numbersOf(level, tenants);
    for (const [index, place] of there.entries()) {
      priorities[place] = level * LEVEL_SPAN + Math.min(numbers[index] ?? 1, LEVEL_SPAN - 1);
    }
  }
  return priorities;
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
