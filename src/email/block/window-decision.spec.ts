import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideByCounts, decideInOrder, type HistoricMessage, type WindowLimit } from './window-decision.js';

const TWO_IN_TEN: WindowLimit = { count: 2, window: 10 };

describe('the counts of a window', () => {
  it.each([
    [{ passed: 0, undecided: 0 }, 'within'],
    [{ passed: 1, undecided: 0 }, 'within'],
    [{ passed: 0, undecided: 1 }, 'within'],
    [{ passed: 2, undecided: 0 }, 'above'],
    [{ passed: 2, undecided: 5 }, 'above'],
    [{ passed: 1, undecided: 1 }, 'unclear'],
    [{ passed: 0, undecided: 9 }, 'unclear'],
  ] as const)('%j at a limit of 2 are %s', (count, kind) => {
    expect(decideByCounts([count], [TWO_IN_TEN])).toMatchObject({ kind });
  });

  it('say which of several limits is reached', () => {
    const limits = [TWO_IN_TEN, { count: 3, window: 100 }];
    const counts = [
      { passed: 0, undecided: 0 },
      { passed: 3, undecided: 0 },
    ];
    expect(decideByCounts(counts, limits)).toEqual({ kind: 'above', limit: 1 });
  });
});

describe('the messages of a recipient', () => {
  const message = (at: number, standing: HistoricMessage['standing'] = 'undecided'): HistoricMessage => ({
    id: String(at),
    at,
    standing,
  });
  const blocked = (history: HistoricMessage[], limits = [TWO_IN_TEN]) =>
    [...decideInOrder(history, limits)].filter(([, above]) => above !== null).map(([id]) => Number(id));

  it('are blocked from the third in ten on', () => {
    expect(blocked([1, 2, 3].map((at) => message(at)))).toEqual([3]);
  });

  it('are free again when the whole window has passed', () => {
    expect(blocked([0, 1, 9].map((at) => message(at)))).toEqual([9]);
    expect(blocked([0, 1, 10].map((at) => message(at)))).toEqual([]);
  });

  it('are not counted when they are, or will be, blocked themselves', () => {
    expect(blocked([message(0, 'blocked'), message(1), message(2), message(3)])).toEqual([3]);
    expect(blocked([0, 1, 6, 10, 11].map((at) => message(at)))).toEqual([6]);
  });

  it('are counted when no limit holds for them', () => {
    expect(blocked([message(0, 'exempt'), message(1, 'exempt'), message(2, 'exempt'), message(3)])).toEqual([
      3,
    ]);
  });

  it('get the same verdicts in whichever order they are looked at, and those of the plain rule', () => {
    const limits = fc.array(
      fc.record({ count: fc.integer({ min: 1, max: 4 }), window: fc.integer({ min: 1, max: 20 }) }),
      { minLength: 1, maxLength: 3 },
    );
    const moments = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.boolean()), {
      minLength: 1,
      maxLength: 25,
    });
    const scenario = moments.chain((list) => {
      const sorted = list.toSorted(([a], [b]) => a - b);
      const order = fc.shuffledSubarray([...sorted.keys()], { minLength: sorted.length });
      return fc.tuple(fc.constant(sorted), order);
    });
    fc.assert(
      fc.property(scenario, limits, ([sorted, order], rules) => {
        const history = sorted.map(([at, exempt], index): HistoricMessage => ({
          id: String(index),
          at,
          standing: exempt ? 'exempt' : 'undecided',
        }));
        for (const index of order) {
          for (const [id, above] of decideInOrder(history.slice(0, index + 1), rules)) {
            const one = history[Number(id)];
            if (one) history[Number(id)] = { ...one, standing: above === null ? 'passed' : 'blocked' };
          }
        }
        expect(history.map(({ standing }) => standing === 'blocked')).toEqual(reference(sorted, rules));
      }),
    );
  });
});

/** The rule in its plainest form: in order, block what finds as many unblocked messages in a window as it may hold. */
function reference(
  moments: readonly (readonly [number, boolean])[],
  limits: readonly WindowLimit[],
): boolean[] {
  const blocked: boolean[] = [];
  moments.forEach(([at, exempt], index) => {
    const isAbove = limits.some(({ count, window }) => {
      const before = moments.slice(0, index).filter(([earlier], i) => !blocked[i] && earlier > at - window);
      return before.length >= count;
    });
    blocked.push(isAbove && !exempt);
  });
  return blocked;
}
