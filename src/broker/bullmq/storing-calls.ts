import type { JobJson } from 'bullmq';
import type { NewJob } from '../../tasks/broker-port.js';
import type { ScheduleStore } from '../../tasks/schedule-store.js';
import type { StoreSchedules } from './store.js';

/** The schedules of a store, given calls as they come. */
export function storingCalls(
  schedules: StoreSchedules,
  toStore: (queue: string, job: NewJob) => Promise<JobJson[]>,
): ScheduleStore {
  return {
    all: () => schedules.all(),
    get: (id) => schedules.get(id),
    take: (lease, most) => schedules.take(lease, most),
    change: (change) => schedules.change(change),
    remove: (id, revision) => schedules.remove(id, revision),
    async fire(change, queue, job) {
      const [stored] = await toStore(queue, job);
      return stored && schedules.fire(change, queue, stored);
    },
  };
}
