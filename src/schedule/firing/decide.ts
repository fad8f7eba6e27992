import { latestSlot, nextSlot } from '../slots/index.js';
import type { ScheduleDefinition } from '../record/schedule-definition.js';
import type { ScheduleRecord, SlotSpan } from '../record/schedule-record.js';
import { dueOf, KEPT_AFTER_END, upcoming, withDue } from '../record/upcoming.js';

/** What is to be done with a schedule now. */
export type Decision =
  /** The slot becomes a call; the record is what the schedule is then, but for its `last`. */
  | { readonly kind: 'fire'; readonly slot: number; readonly record: ScheduleRecord }
  /** There is nothing to fire. */
  | { readonly kind: 'rest'; readonly record: ScheduleRecord }
  | { readonly kind: 'remove' };

/** A slot is missed when it is later than this: the time between two slots, but at least 15 s and at most a minute. */
const SHORTEST_GRACE = 15_000;
const LONGEST_GRACE = 60_000;
/** How often a slot that waits for the end of the run before it looks whether it has ended. */
const LOOK_AGAIN = 1_000;

/** Milliseconds by which a slot may be late before it is missed. */
export function graceOf(definition: ScheduleDefinition, slot: number): number {
  if (definition.misfireAfter !== null) return definition.misfireAfter;
  const period = (nextSlot(definition.when, slot) ?? Number.POSITIVE_INFINITY) - slot;
  return Math.min(LONGEST_GRACE, Math.max(SHORTEST_GRACE, period));
}

/**
 * Decides about the earliest slots that are due: one at most is fired; what is due beside it is for the next time.
 *
 * @param now the store's time
 */
export function decide(id: string, record: ScheduleRecord, now: number): Decision {
  const { definition, cursor } = record;
  if (record.overSince !== null && record.owner !== 'code' && now >= record.overSince + KEPT_AFTER_END)
    return { kind: 'remove' };
  const rest = (rested: ScheduleRecord): Decision => ({ kind: 'rest', record: withDue(id, rested, now) });
  if (record.paused || record.undeclaredSince !== null || record.overSince !== null) return rest(record);

  const isDue = (slot: number | undefined): slot is number =>
    slot !== undefined && dueOf(id, definition, slot) <= now;
  const first = upcoming(definition, cursor);
  if (!isDue(first)) return rest(record);

  const fire = (slot: number, without?: SlotSpan): Decision => {
    const fired = { ...pass(record, slot, without), fired: record.fired + 1 };
    return { kind: 'fire', slot, record: withDue(id, fired, now) };
  };
  const missedUntil = now - definition.jitter - graceOf(definition, first);
  if (first > missedUntil || definition.misfire === 'all') return fire(first);

  const last = lastOf(definition, first, missedUntil);
  const timely = upcoming(definition, missedUntil);
  // What runs now anyway makes up for what was missed.
  if (isDue(timely)) return fire(timely, { from: first, to: last });
  if (definition.misfire === 'skip') return rest(pass(record, last, { from: first, to: last }));
  if (last === first) return fire(first);
  return fire(last, { from: first, to: lastOf(definition, first, last - 1) });
}

/** What becomes of a slot that is to be fired, while the run before it has not ended. */
export function overlapped(id: string, record: ScheduleRecord, slot: number, now: number): ScheduleRecord {
  if (record.definition.overlap === 'queue') return { ...record, waiting: true, due: now + LOOK_AGAIN };
  return withDue(id, { ...record, cursor: slot, skipped: { from: slot, to: slot } }, now);
}

/** Slots up to this one are decided; those of a span were not to be fired. */
function pass(record: ScheduleRecord, cursor: number, without: SlotSpan | undefined): ScheduleRecord {
  // They were not missed while they waited for the end of a run.
  const gone = without && (record.waiting ? { skipped: without } : { missed: without });
  return { ...record, cursor, waiting: false, ...gone };
}

/** The last slot up to a time, given one that is not after it. */
const lastOf = ({ when, endsAt }: ScheduleDefinition, first: number, until: number): number =>
  latestSlot(when, first, Math.min(until, endsAt ?? Number.POSITIVE_INFINITY)) ?? first;
