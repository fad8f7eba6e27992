import { formatDuration } from '../../tasks/duration.js';
import type { ChoreReport } from '../../tasks/housekeeping/chore.js';
import type { ScheduleInfo } from '../schedule-info.js';

/** What the package does by itself, to look at beside the schedules. */
export function choreInfo({ id, about, every, at, failed }: ChoreReport): ScheduleInfo {
  const expression = `about every ${formatDuration(every)}`;
  return {
    id,
    task: about,
    queue: undefined,
    args: [],
    expression,
    words: expression,
    tz: undefined,
    owner: 'package',
    state: 'active',
    misfire: 'skip',
    overlap: 'skip',
    last: { slot: undefined, at: new Date(at), call: undefined, outcome: failed ? 'failed' : 'succeeded' },
    next: [new Date(at + every)],
    missed: undefined,
    skipped: undefined,
    late: 0,
  };
}
