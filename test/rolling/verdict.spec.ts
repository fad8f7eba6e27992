import { describe, expect, it } from 'vitest';
import type { Entry } from './support/ledger.js';
import { type Fate, judge, type Verdict } from './verdict.js';

const note = (event: Entry['event'], at = 0, retries = 0): Entry => ({ key: 'a', event, at, retries });
const [asked, began, cut, ended] = (['asked', 'began', 'cut short', 'ended'] as const).map((event) =>
  note(event),
);
const fate = (state: NonNullable<Fate>['state'], attempts = 1): Fate => ({ state, attempts });

const GOOD = { lost: [], failed: [], retried: [], repeated: [], handedBack: {} };

describe('the verdict on a call', () => {
  const table: [string, (Entry | undefined)[], Fate, Partial<Verdict>][] = [
    ['that ran', [asked, began, ended], fate('succeeded'), {}],
    [
      'that was handed back, and ran again',
      [asked, began, cut, began, cut, began, ended],
      fate('succeeded'),
      { handedBack: { a: 2 } },
    ],
    ['that ran twice', [asked, began, ended, began, ended], fate('succeeded'), { repeated: ['a'] }],
    [
      'that began again without a reason',
      [asked, began, began, ended],
      fate('succeeded'),
      { repeated: ['a'] },
    ],
    ['that nobody knows', [asked, began, ended], null, { lost: ['a'] }],
    ['that waits', [asked], fate('queued', 0), { lost: ['a'] }],
    ['that has not come back', [asked, began, cut], fate('delayed'), { lost: ['a'], handedBack: { a: 1 } }],
    ['that succeeded, but never ran', [asked], fate('succeeded'), { lost: ['a'] }],
    ['that failed', [asked, began], fate('failed'), { failed: ['a'] }],
    ['that was quarantined', [asked], fate('quarantined', 0), { failed: ['a'] }],
    ['whose attempt was not counted', [asked, began, ended], fate('succeeded', 0), { retried: ['a'] }],
    [
      'that spent a retry',
      [asked, began, cut, note('began', 0, 1), ended],
      fate('succeeded', 2),
      {
        retried: ['a'],
        handedBack: { a: 1 },
      },
    ],
  ];
  it.each(table)('%s', (_, entries, end, expected) => {
    const given = entries.filter((entry) => entry !== undefined);
    expect(judge(given, new Map([['a', end]]))).toMatchObject({ ...GOOD, asked: 1, ...expected });
  });

  it('leaves out what nobody asked for', () => {
    expect(judge([note('began')], new Map())).toMatchObject({ ...GOOD, asked: 0, p50: Number.NaN });
  });
});

describe('how long calls waited', () => {
  it('is from being asked for to the first beginning', () => {
    const entries = Array.from({ length: 100 }, (_, index): Entry[] => [
      { key: String(index), event: 'asked', at: 1_000 },
      { key: String(index), event: 'began', at: 1_001 + index },
      { key: String(index), event: 'began', at: 9_000 },
    ]).flat();
    expect(judge(entries, new Map())).toMatchObject({ p50: 50, p99: 99 });
  });

  it('is without end if one never began', () => {
    expect(judge([note('asked')], new Map()).p99).toBe(Number.POSITIVE_INFINITY);
  });
});
