import type { ScheduleChange } from '../../tasks/schedule-store.js';
import type { ScheduleRecord } from './schedule-record.js';

/** What is written of a schedule. @param revision the one it is a change of; 0: it is new */
export const changeOf = (id: string, revision: number, record: ScheduleRecord): ScheduleChange => ({
  id,
  revision,
  record,
  due: record.due,
  queue: record.definition.queue,
});
