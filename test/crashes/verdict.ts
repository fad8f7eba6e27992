import { isDeepStrictEqual } from 'node:util';
import type { Ending } from './ending.js';
import type { Entry } from './ledger.js';

type Of<W extends Entry['what']> = Extract<Entry, { what: W }>;
type Begin = Of<'begin'>;

/** What must become of a call. */
export type Expectation =
  | { readonly kind: 'innocent'; readonly value: unknown }
  | { readonly kind: 'victim'; readonly title: string; readonly ending: Ending };

export interface Verdict {
  /** Confirmed, and never ended. */
  readonly lost: readonly string[];
  /** Ran without having been called, or after its end without having been out of step. */
  readonly unexpected: readonly string[];
  /** Innocents that failed, gave another value, or spent a retry. */
  readonly harmed: readonly string[];
  /** Victims that did not end as the table says. */
  readonly wrong: readonly string[];
  /** Ran again for no cause that the ledger knows. */
  readonly unexplained: readonly string[];
  /** How often a call ran again, by cause. */
  readonly duplicates: Readonly<Record<string, number>>;
}

/** Judges what the ledger tells of all calls. */
export function judge(entries: readonly Entry[], expectations: ReadonlyMap<string, Expectation>): Verdict {
  const duplicates: Record<string, number> = {};
  const unexplained: string[] = [];
  for (const [place, entry] of entries.entries()) {
    if (entry.what !== 'begin') continue;
    const cause = causeOf(entry, entries.slice(0, place));
    if (cause === undefined) unexplained.push(entry.key);
    else if (cause !== 'first') duplicates[cause] = (duplicates[cause] ?? 0) + 1;
  }
  const complaints = [...expectations].map(([key, expectation]) => ({
    expectation,
    said: complaintsAbout(key, entries, expectation),
  }));
  const about = (kind: Expectation['kind']) =>
    complaints.filter(({ expectation }) => expectation.kind === kind).flatMap(({ said }) => said);
  return {
    lost: keysOf(entries, 'ack').filter((key) => !entries.some((e) => e.what === 'final' && e.key === key)),
    unexpected: unexpectedRuns(entries),
    harmed: about('innocent'),
    wrong: about('victim'),
    unexplained,
    duplicates,
  };
}

/** In what a call differs from what must become of it. */
export function complaintsAbout(key: string, entries: readonly Entry[], expectation: Expectation): string[] {
  const own = entries.filter((entry) => entry.key === key);
  const all = <W extends Entry['what']>(what: W) =>
    own.filter((entry): entry is Of<W> => entry.what === what);
  const end = all('final').at(-1);
  const retries = Math.max(0, ...all('begin').map((begin) => begin.retries));
  const found: string[] = [];
  const name = expectation.kind === 'victim' ? `${key} (${expectation.title})` : key;
  const expect = (what: string, actual: unknown, expected: unknown) => {
    if (!isDeepStrictEqual(actual, expected))
      found.push(`${name}: ${what} ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
  };
  if (expectation.kind === 'innocent') {
    expect('state', end?.state, 'succeeded');
    expect('value', end?.value, expectation.value);
    expect('retries', retries, 0);
    return found;
  }
  const { state, error, runs, result, losses, charged, signal, toldLost } = expectation.ending;
  expect('state', end?.state, state);
  expect('runs', all('begin').length, runs);
  expect('retries', retries, expectation.ending.retries ?? 0);
  if (!end) return found;
  expect('error', end.error, error);
  if (losses !== undefined) expect('losses', end.losses, losses);
  if (state === 'succeeded') expect('value', end.value, `${key}#${result ?? runs}`);
  if (charged !== undefined) expect('crashes charged', end.charged, charged);
  if (signal) expect('signal', all('signal').some(({ reason }) => reason === signal) && signal, signal);
  if (toldLost) expect('told lost', all('lost').length > 0, true);
  return found;
}

/** Why a call's code began, given what was written before. */
function causeOf(begin: Begin, before: readonly Entry[]): string | undefined {
  const earlier = before.filter((entry): entry is Begin => entry.what === 'begin' && entry.key === begin.key);
  const last = earlier.at(-1);
  if (!last) return 'first';
  if (begin.retries > last.retries) return 'retried';
  const struck = before.findLast(
    (entry): entry is Of<'strike'> =>
      entry.what === 'strike' && [...earlier, begin].some((run) => hits(entry, run)),
  );
  if (struck) return struck.weapon;
  return before.some((entry) => entry.what === 'lost' && entry.key === begin.key) ? 'lock lost' : undefined;
}

/** Whether a strike befell the process that ran a call, or its worker. */
const hits = (strike: Of<'strike'>, run: Begin): boolean =>
  strike.pid === run.pid ||
  strike.pid === run.worker ||
  (strike.worker === run.worker && strike.weapon.startsWith('SIGTERM'));

function unexpectedRuns(entries: readonly Entry[]): string[] {
  const called = new Set<string>();
  const ended = new Set<string>();
  const paused = new Set<number>();
  const unexpected: string[] = [];
  for (const entry of entries) {
    if (entry.what === 'intent') called.add(entry.key);
    if (entry.what === 'final') ended.add(entry.key);
    if (entry.what === 'strike' && ['SIGSTOP', 'busy loop'].includes(entry.weapon)) paused.add(entry.worker);
    if (entry.what !== 'begin') continue;
    if (!called.has(entry.key)) unexpected.push(`${entry.key} ran without having been called`);
    if (ended.has(entry.key) && !paused.has(entry.worker)) unexpected.push(`${entry.key} ran after its end`);
  }
  return unexpected;
}

const keysOf = (entries: readonly Entry[], what: Entry['what']): string[] => [
  ...new Set(entries.filter((entry) => entry.what === what).map(({ key }) => key)),
];
