import type { TaskState } from '../../src/index.js';
import type { Entry } from './support/ledger.js';

/** What the system says of a call in the end; null: it knows nothing of it. */
export type Fate = Pick<TaskState, 'state' | 'attempts'> | null;

/** What the ledger and the system say together. Lists name calls by their keys. */
export interface Verdict {
  readonly asked: number;
  /** They never ran to their end, or the system does not know of it. */
  readonly lost: readonly string[];
  /** They ended in some other way than by success. */
  readonly failed: readonly string[];
  /** A retry was spent on them, or their one attempt was not counted. */
  readonly retried: readonly string[];
  /** They began more often than stopping workers can account for. */
  readonly repeated: readonly string[];
  /** They were cut short by a stopping worker, and how often. */
  readonly handedBack: Readonly<Record<string, number>>;
  /** From being asked for to the first beginning, in ms. */
  readonly p50: number;
  readonly p99: number;
}

const ENDED_OTHERWISE = ['failed', 'quarantined', 'expired', 'revoked', 'ignored'];

/** What is to be said of a run. @param fates by key */
export function judge(entries: readonly Entry[], fates: ReadonlyMap<string, Fate>): Verdict {
  const calls = [...byKey(entries)].filter(([, notes]) => notes.some(({ event }) => event === 'asked'));
  const keys = (holds: (notes: readonly Entry[], fate: Fate) => boolean): string[] =>
    calls.filter(([key, notes]) => holds(notes, fates.get(key) ?? null)).map(([key]) => key);
  const cutShort = calls.map(([key, notes]) => [key, count(notes, 'cut short')] as const);
  const waits = calls.map(([, notes]) => wait(notes)).toSorted((a, b) => a - b);
  return {
    asked: calls.length,
    lost: keys((notes, fate) => !ended(fate) || (fate?.state === 'succeeded' && count(notes, 'ended') === 0)),
    failed: keys((_, fate) => ENDED_OTHERWISE.includes(fate?.state ?? '')),
    retried: keys((notes, fate) => !oneAttempt(fate) || notes.some(({ retries = 0 }) => retries > 0)),
    repeated: keys((notes) => count(notes, 'began') > count(notes, 'cut short') + 1),
    handedBack: Object.fromEntries(cutShort.filter(([, times]) => times > 0)),
    p50: percentile(waits, 0.5),
    p99: percentile(waits, 0.99),
  };
}

const ended = (fate: Fate): boolean =>
  fate !== null && (fate.state === 'succeeded' || ENDED_OTHERWISE.includes(fate.state));

const oneAttempt = (fate: Fate): boolean =>
  fate === null || (fate.state === 'succeeded' ? fate.attempts === 1 : fate.attempts <= 1);

const count = (notes: readonly Entry[], event: Entry['event']): number =>
  notes.filter((note) => note.event === event).length;

function wait(notes: readonly Entry[]): number {
  const at = (event: Entry['event']) => notes.find((note) => note.event === event)?.at;
  return (at('began') ?? Number.POSITIVE_INFINITY) - (at('asked') ?? 0);
}

/** Nearest rank; NaN of nothing. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

function byKey(entries: readonly Entry[]): Map<string, Entry[]> {
  const map = new Map<string, Entry[]>();
  for (const entry of entries) {
    const notes = map.get(entry.key);
    if (notes) notes.push(entry);
    else map.set(entry.key, [entry]);
  }
  return map;
}
