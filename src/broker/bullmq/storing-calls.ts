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
    take: (...asked) => schedules.take(...asked),
    change: (change) => schedules.change(change),
    remove: (id, revision) => schedules.remove(id, revision),
    async fire(change, job) {
      const [stored] = await toStore(change.queue, job);
      return stored && schedules.fire(change, stored);
    },
  };
}
