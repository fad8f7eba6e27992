import { isDeepStrictEqual } from 'node:util';
import type { ScheduleChange } from '../../tasks/schedule-store.js';
import type { ScheduleDefinition } from '../record/schedule-definition.js';
import { changeOf } from '../record/change-of.js';
import { newRecord, type ScheduleRecord } from '../record/schedule-record.js';
import { withDue } from '../record/upcoming.js';

/** A process that fires schedules, and what its code declares. */
export interface Declarer {
  readonly id: string;
  /** When it started, in the store's time. */
  readonly bootedAt: number;
  /** Ids of the schedules its code declares. */
  readonly declares: readonly string[];
}

export interface SyncInput {
  readonly self: Declarer;
  readonly definitions: ReadonlyMap<string, ScheduleDefinition>;
  /** Those that are alive, but this one. */
  readonly others: readonly Declarer[];
  readonly stored: ReadonlyMap<string, { readonly revision: number; readonly record: ScheduleRecord }>;
  readonly now: number;
}

type What = 'added' | 'changed' | 'suspended';

export type SyncStep =
  | {
      readonly kind: 'change';
      readonly change: ScheduleChange;
      readonly what: What;
    }
  | { readonly kind: 'remove'; readonly id: string; readonly revision: number }
  /** Somebody has made a schedule with this id at run time. */
  | { readonly kind: 'conflict'; readonly id: string };

/** A schedule that nobody alive declares any more is removed after this time: its processes may just be starting. */
const REMOVED_AFTER = 60_000;

/**
 * What this process has to do so that the stored schedules are those that the code declares. Of processes that declare the
 * same one differently, the one that started last says what it is: in a rolling deploy, the new version.
 */
export function planSync({ self, definitions, others, stored, now }: SyncInput): SyncStep[] {
  const alive = [self, ...others];
  const steps: SyncStep[] = [];
  const change = (id: string, revision: number, record: ScheduleRecord, what: What): SyncStep => ({
    kind: 'change',
    what,
    change: changeOf(id, revision, withDue(id, record, now)),
  });
  for (const [id, definition] of definitions) {
    if (lastToStart(alive.filter(({ declares }) => declares.includes(id))) !== self) continue;
    const known = stored.get(id);
    if (known && known.record.owner !== 'code') {
      steps.push({ kind: 'conflict', id });
      continue;
    }
    const record = known ? redeclared(known.record, definition, now) : newRecord('code', definition, now);
    if (record === known?.record) continue;
    steps.push(change(id, known?.revision ?? 0, record, known ? 'changed' : 'added'));
  }
  for (const [id, { revision, record }] of stored) {
    if (record.owner !== 'code' || alive.some(({ declares }) => declares.includes(id))) continue;
    const since = record.undeclaredSince;
    if (since === null) steps.push(change(id, revision, { ...record, undeclaredSince: now }, 'suspended'));
    else if (now - since >= REMOVED_AFTER) steps.push({ kind: 'remove', id, revision });
  }
  return steps;
}

/** With other times the schedule begins anew, after now: nothing of the old ones is made up for. */
function redeclared(record: ScheduleRecord, definition: ScheduleDefinition, now: number): ScheduleRecord {
  const same = isDeepStrictEqual(record.definition, definition);
  if (same && record.undeclaredSince === null) return record;
  const moved = !same && timesDiffer(record.definition, definition);
  return {
    ...record,
    definition,
    undeclaredSince: null,
    ...(moved && { cursor: Math.max(record.cursor, now), waiting: false }),
  };
}

export const timesDiffer = (one: ScheduleDefinition, other: ScheduleDefinition): boolean =>
  !isDeepStrictEqual([one.when, one.startsAt, one.endsAt], [other.when, other.startsAt, other.endsAt]);

const lastToStart = (declarers: readonly Declarer[]): Declarer | undefined =>
  declarers.toSorted((a, b) => b.bootedAt - a.bootedAt || (a.id < b.id ? 1 : -1))[0];
