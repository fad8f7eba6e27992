/** Of the call that is a run of a schedule: the id of the schedule, and its slot, in ms. */
export const SCHEDULE_HEADER = 'celeriac-schedule';
export const SLOT_HEADER = 'celeriac-slot';

/** The run of a schedule that a call is. */
export interface ScheduledRun {
  /** Id of the schedule. */
  readonly id: string;
  /** The time it was scheduled for; undefined: somebody had it run. */
  readonly slot: Date | undefined;
}

export function scheduledRun(headers: Readonly<Record<string, string>>): ScheduledRun | undefined {
  const id = headers[SCHEDULE_HEADER];
  const slot = headers[SLOT_HEADER];
  return id === undefined ? undefined : { id, slot: slot === undefined ? undefined : new Date(Number(slot)) };
}
