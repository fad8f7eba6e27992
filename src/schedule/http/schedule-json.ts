import type { ScheduleInfo, ScheduleSpan } from '../schedule-info.js';
import { zonedTime } from '../zoned-time.js';

type Zoned<T> = T extends Date
  ? string
  : T extends readonly (infer E)[]
    ? Zoned<E>[]
    : T extends object
      ? { [K in keyof T]: Zoned<T[K]> }
      : T;

/** A schedule as JSON, its times on the clock of the viewer. */
export type ScheduleJson = Omit<ScheduleInfo, 'last' | 'next' | 'missed' | 'skipped'> &
  Zoned<Pick<ScheduleInfo, 'last' | 'next' | 'missed' | 'skipped'>>;

export function scheduleJson(info: ScheduleInfo, zone: string): ScheduleJson {
  const zoned = (time: Date): string => zonedTime(time, zone);
  const span = (times: ScheduleSpan | undefined) => times && { from: zoned(times.from), to: zoned(times.to) };
  const { last, next, missed, skipped, ...rest } = info;
  return {
    ...rest,
    last: last && { ...last, slot: last.slot && zoned(last.slot), at: zoned(last.at) },
    next: next.map(zoned),
    missed: span(missed),
    skipped: span(skipped),
  };
}
