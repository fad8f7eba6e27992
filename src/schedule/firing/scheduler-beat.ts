import { randomBytes } from 'node:crypto';
import { processName } from '../../tasks/process-name.js';
import type { Beat } from '../../tasks/presence.js';
import type { Declarer } from '../sync/plan-sync.js';

const PREFIX = 'scheduler ';

/** How long a process that fires schedules is remembered that no longer says so, in ms. */
export const KEPT = 15_000;

/** What such a process says of itself. */
export type SchedulerState = Omit<Declarer, 'id'>;

/** Several applications may be in one process. */
export const newSchedulerId = (): string => `${PREFIX}${processName()}:${randomBytes(4).toString('hex')}`;

/** The processes that fire schedules. */
export const schedulersOf = (beats: readonly Beat[]): Declarer[] =>
  beats
    .filter(({ id }) => id.startsWith(PREFIX))
    .map(({ id, state }) => {
      const { bootedAt, declares } = state as SchedulerState;
      return { id, bootedAt, declares };
    });
