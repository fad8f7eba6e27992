import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latestSlot, nextSlot, type When } from './index.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const instant = fc.integer({ min: Date.parse('2001-01-01T00:00Z'), max: Date.parse('2036-01-01T00:00Z') });

/** Half of them within a day of a change of the clocks. */
const trickyInstant = fc.oneof(
  instant,
  fc
    .tuple(
      fc.constantFrom(
        '2026-03-29T01:00Z',
        '2026-10-25T01:00Z',
        '2026-10-03T15:30Z',
        '2026-04-04T15:00Z',
        '2026-09-06T04:00Z',
        '2026-04-05T03:00Z',
        '2011-12-30T10:00Z',
      ),
      fc.integer({ min: -DAY, max: DAY }),
    )
    .map(([change, distance]) => Date.parse(change) + distance),
);

const cronWhen: fc.Arbitrary<When> = fc.record({
  cron: fc.constantFrom(
    '30 2 * * *',
    '*/10 1-3 * * *',
    '0 0 * * *',
    '0 0 L * *',
    '0 12 29 2 *',
    '0 0 13 * 5',
    '15,45 * * * *',
    '*/7 */2 * * *',
    '30 * * * 0',
    '0 * 29 2 *',
    '20 30 4 * * 1#2',
    '@hourly',
    '@weekly',
  ),
  timezone: fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'America/Santiago',
    'Pacific/Apia',
    'Africa/Casablanca',
  ),
});

const when: fc.Arbitrary<When> = fc.oneof(
  { weight: 4, arbitrary: cronWhen },
  { weight: 1, arbitrary: fc.record({ every: fc.integer({ min: 1, max: 40 * DAY }), from: instant }) },
  { weight: 1, arbitrary: fc.record({ at: instant }) },
);

const RUNS = { numRuns: 500 };

describe('the slots of any schedule', () => {
  it('ascend, each after the time that was asked for', () => {
    fc.assert(
      fc.property(when, trickyInstant, (schedule, start) => {
        let after = start;
        for (let count = 0; count < 5; count++) {
          const slot = nextSlot(schedule, after);
          if (slot === undefined) break;
          expect(slot).toBeGreaterThan(after);
          after = slot;
        }
      }),
      RUNS,
    );
  });

  it('are the same for whoever asks between two of them', () => {
    fc.assert(
      fc.property(
        when,
        trickyInstant,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (schedule, start, share) => {
          const next = nextSlot(schedule, start);
          if (next === undefined) return;
          const between = Math.min(next - 1, start + Math.floor((next - start) * share));
          expect(nextSlot(schedule, between)).toBe(next);
          expect(latestSlot(schedule, start, between)).toBeUndefined();
          expect(latestSlot(schedule, start, next)).toBe(next);
        },
      ),
      RUNS,
    );
  });

  it('are followed by one that is not due yet, if they are the latest', () => {
    fc.assert(
      fc.property(
        when,
        trickyInstant,
        fc.integer({ min: 0, max: 3 * 365 * DAY }),
        (schedule, after, span) => {
          const until = after + span;
          const latest = latestSlot(schedule, after, until);
          const next = nextSlot(schedule, latest ?? after);
          if (latest !== undefined) {
            expect(latest).toBeGreaterThan(after);
            expect(latest).toBeLessThanOrEqual(until);
          }
          if (next !== undefined) expect(next).toBeGreaterThan(until);
        },
      ),
      RUNS,
    );
  });

  it('end with the latest, if one walks them', () => {
    fc.assert(
      fc.property(cronWhen, trickyInstant, fc.integer({ min: 0, max: 6 * HOUR }), (schedule, after, span) => {
        let walked: number | undefined;
        let slot = nextSlot(schedule, after);
        while (slot !== undefined && slot <= after + span) {
          walked = slot;
          slot = nextSlot(schedule, slot);
        }
        expect(latestSlot(schedule, after, after + span)).toBe(walked);
      }),
      RUNS,
    );
  });
});

describe('the latest slot of a schedule that was down for a year', () => {
  it.each([
    [{ cron: '* * * * * *', timezone: 'Europe/Berlin' }],
    [{ cron: '* * 0-23 * * *', timezone: 'Europe/Berlin' }],
    [{ every: 1_000, from: 0 }],
  ])('%o is found without a walk over all of them', (schedule) => {
    const until = Date.parse('2026-07-01T12:00:00.500Z');
    const began = performance.now();
    for (let count = 0; count < 100; count++) {
      expect(latestSlot(schedule, until - 365 * DAY, until)).toBe(until - 500);
    }
    // A walk is 31 million steps each time.
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
