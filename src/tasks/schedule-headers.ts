/** When a schedule is due. Times are milliseconds. */
export type ScheduleTimes =
  { readonly cron: string; readonly timezone: string } | { readonly every: number } | { readonly at: number };

/** The run of a schedule that a call is. */
export interface ScheduledRun {
  /** Id of the schedule. */
  readonly id: string;
  /** The time it was scheduled for; undefined: somebody had it run. */
  readonly slot: Date | undefined;
  readonly when: ScheduleTimes;
}

const SCHEDULE = 'celeriac-schedule';
const SLOT = 'celeriac-slot';
const WHEN = 'celeriac-when';

/** What the call of a schedule carries. @param slot in ms; null: somebody had it run */
export const scheduleHeaders = (
  id: string,
  slot: number | null,
  when: ScheduleTimes,
): Record<string, string> => ({
  [SCHEDULE]: id,
  ...(slot !== null && { [SLOT]: String(slot) }),
  [WHEN]: JSON.stringify(when),
});

export function scheduledRun(headers: Readonly<Record<string, string>>): ScheduledRun | undefined {
  const { [SCHEDULE]: id, [SLOT]: slot, [WHEN]: when } = headers;
  if (id === undefined || when === undefined) return undefined;
  return {
    id,
    slot: slot === undefined ? undefined : new Date(Number(slot)),
    when: JSON.parse(when) as ScheduleTimes,
  };
}
