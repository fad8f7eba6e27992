import { createHash } from 'node:crypto';
import { nextSlot } from '../slots/index.js';
import type { ScheduleDefinition } from './schedule-definition.js';
import type { ScheduleRecord } from './schedule-record.js';

/** How long a run-time schedule is kept that is over. */
export const KEPT_AFTER_END = 86_400_000;

/** The first slot after a time, of those the schedule has. */
export function upcoming(definition: ScheduleDefinition, after: number): number | undefined {
  const { when, startsAt, endsAt } = definition;
  const slot = nextSlot(when, startsAt === null ? after : Math.max(after, startsAt - 1));
  return slot === undefined || (endsAt !== null && slot > endsAt) ? undefined : slot;
}

/** When a slot is to happen: all processes put it off by the same time. */
export function dueOf(id: string, { jitter }: ScheduleDefinition, slot: number): number {
  if (jitter === 0) return slot;
  const random = createHash('sha256').update(`${id} ${slot}`).digest().readUInt32BE() / 2 ** 32;
  return slot + Math.floor(random * jitter);
}

/** The next slots of a schedule, as it is now. */
export function nextSlots(record: ScheduleRecord, count: number): number[] {
  const { definition, fired } = record;
  const most = Math.min(count, (definition.limit ?? Number.POSITIVE_INFINITY) - fired);
  const slots: number[] = [];
  let slot: number | undefined = record.cursor;
  while (slots.length < most) {
    slot = upcoming(definition, slot);
    if (slot === undefined) break;
    slots.push(slot);
  }
  return slots;
}

/** The record with the time at which somebody must look at it next. */
export function withDue(id: string, record: ScheduleRecord, now: number): ScheduleRecord {
  const [next] = nextSlots(record, 1);
  if (next === undefined) {
    const overSince = record.overSince ?? now;
    return { ...record, overSince, due: record.owner === 'code' ? null : overSince + KEPT_AFTER_END };
  }
  const sleeps = record.paused || record.undeclaredSince !== null;
  return { ...record, overSince: null, due: sleeps ? null : dueOf(id, record.definition, next) };
}
