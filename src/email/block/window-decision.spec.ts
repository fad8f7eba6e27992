import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideByCount, type EarlierMessage, replayWindow } from './window-decision.js';

describe('the counts of a window', () => {
  it.each([
    [{ passed: 0, undecided: 0 }, 'within'],
    [{ passed: 1, undecided: 0 }, 'within'],
    [{ passed: 0, undecided: 1 }, 'within'],
    [{ passed: 2, undecided: 0 }, 'above'],
    [{ passed: 2, undecided: 5 }, 'above'],
    [{ passed: 1, undecided: 1 }, 'unclear'],
    [{ passed: 0, undecided: 9 }, 'unclear'],
  ] as const)('%j at a limit of 2 are %s', (count, decision) => {
    expect(decideByCount(count, 2)).toBe(decision);
  });
});

describe('a window', () => {
  const undecided = (...moments: number[]): EarlierMessage[] => moments.map((at) => ({ at, verdict: null }));

  it('is full once it holds as many messages as the limit', () => {
    expect(replayWindow(undecided(1), 2, 2, 10)).toBe(false);
    expect(replayWindow(undecided(1, 2), 3, 2, 10)).toBe(true);
  });

  it('forgets a message when its whole length has passed', () => {
    expect(replayWindow(undecided(0), 9, 1, 10)).toBe(true);
    expect(replayWindow(undecided(0), 10, 1, 10)).toBe(false);
  });

  it('does not count messages that were, or will be, blocked themselves', () => {
    expect(replayWindow([{ at: 0, verdict: 'blocked' }], 1, 1, 10)).toBe(false);
    expect(replayWindow(undecided(0, 1, 6), 11, 1, 10)).toBe(false);
  });

  it('counts a message the server refused', () => {
    expect(replayWindow([{ at: 0, verdict: 'refused' }], 1, 1, 10)).toBe(true);
  });

  it('gives every message the same verdict, in whichever order they are looked at', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 25 });
    const scenario = moments.chain((list) => {
      const sorted = list.toSorted((a, b) => a - b);
      const order = fc.shuffledSubarray([...sorted.keys()], { minLength: sorted.length });
      return fc.tuple(
        fc.constant(sorted),
        order,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 20 }),
      );
    });
    fc.assert(
      fc.property(scenario, ([sorted, order, limit, window]) => {
        const verdicts: EarlierMessage['verdict'][] = sorted.map(() => null);
        for (const index of order) {
          const earlier = sorted.slice(0, index).map((at, i) => ({ at, verdict: verdicts[i] ?? null }));
          const above = replayWindow(earlier, sorted[index] ?? 0, limit, window);
          verdicts[index] = above ? 'blocked' : 'accepted';
        }
        expect(verdicts.map((verdict) => verdict === 'blocked')).toEqual(reference(sorted, limit, window));
      }),
    );
  });
});

/** The rule in its plainest form: in order, block what finds `limit` unblocked messages in its window. */
function reference(moments: readonly number[], limit: number, window: number): boolean[] {
  const blocked: boolean[] = [];
  moments.forEach((at, index) => {
    const before = moments.slice(0, index).filter((earlier, i) => !blocked[i] && earlier > at - window);
    blocked.push(before.length >= limit);
  });
  return blocked;
}
