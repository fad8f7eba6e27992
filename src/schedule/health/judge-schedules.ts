import { formatSeconds } from '../../tasks/duration.js';
import type { HealthReport } from '../../tasks/health/health-source.js';
import type { ScheduleRecord } from '../record/schedule-record.js';
import { lateness } from '../schedule-info.js';

/** A slot that nobody has fired by then: whoever is there takes it within seconds. */
const LATE = 15_000;

export interface SeenSchedule {
  readonly id: string;
  readonly record: ScheduleRecord;
}

/** @param schedulers processes that say that they fire schedules */
export function judgeSchedules(
  schedules: readonly SeenSchedule[],
  schedulers: number,
  now: number,
): HealthReport {
  const [latest, ...others] = schedules
    .map(({ id, record }) => ({ id, late: lateness(record, now) }))
    .filter(({ late }) => late >= LATE)
    .toSorted((a, b) => b.late - a.late);
  const missed = schedules.filter(({ record }) => missesMore(record)).map(({ id }) => id);
  const data = { schedules: schedules.length, schedulers, late: latest ? others.length + 1 : 0, missed };
  if (latest) {
    const nobody = schedulers === 0 ? '; no process fires schedules' : '';
    const more = others.length === 0 ? '' : `, and ${others.length} more`;
    return {
      status: 'down',
      message: `"${latest.id}" is late by ${formatSeconds(latest.late)}${more}${nobody}`,
      data,
    };
  }
  if (missed.length > 0) {
    const which = missed.slice(0, 3).map((id) => `"${id}"`);
    const more = missed.length > which.length ? ` and ${missed.length - which.length} others` : '';
    return { status: 'degraded', message: `missed slots of ${which.join(', ')}${more}`, data };
  }
  return { status: 'up', data };
}

/** It has had no run since it missed one. */
const missesMore = ({ missed, last, paused, overSince }: ScheduleRecord): boolean =>
  missed !== null && !paused && overSince === null && (last?.at ?? 0) < missed.to;
