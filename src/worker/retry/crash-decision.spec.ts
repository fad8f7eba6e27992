import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../tasks/options/task-policy.js';
import { type CrashFacts, decideCrash } from './crash-decision.js';

const facts = (policy: Partial<CrashFacts['policy']>, charged: number, losses: number): CrashFacts => ({
  policy: { ...DEFAULT_POLICY, ...policy },
  charged,
  losses,
  how: 'its child process ended (SIGKILL)',
});

describe('what becomes of a call whose process died', () => {
  const table: [string, CrashFacts, string][] = [
    ['not charged', facts({}, 0, 1), 'redeliver'],
    ['charged, within the budget', facts({}, 2, 3), 'redeliver'],
    ['charged the last of the budget', facts({}, 3, 3), 'quarantine'],
    ['a budget of one', facts({ crashBudget: 1 }, 1, 1), 'quarantine'],
    ['innocent, but lost too often', facts({}, 0, 20), 'quarantine'],
    ['one loss short of too often', facts({}, 0, 19), 'redeliver'],
    ['early acks', facts({ acks: 'early' }, 1, 1), 'fail'],
    ['late acks, but not to be run again', facts({ onWorkerLost: 'fail' }, 0, 1), 'fail'],
  ];
  it.each(table)('%s', (_name, given, expected) => expect(decideCrash(given).kind).toBe(expected));

  it('the quarantine says how often, of how many, and how it died last', () => {
    expect(decideCrash(facts({}, 3, 4))).toMatchObject({
      reason: expect.stringMatching(/crashed 3 times.*crashBudget is 3.*SIGKILL/),
    });
    expect(decideCrash(facts({}, 1, 20))).toMatchObject({
      reason: expect.stringMatching(/lost its worker 20 times \(maxDeliveries is 20\)/),
    });
  });

  it('nothing is redelivered without bound, whatever is charged', () => {
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.nat(50),
        fc.integer({ min: 1, max: 50 }),
        (charged, losses, maxDeliveries) => {
          const { kind } = decideCrash(facts({ maxDeliveries }, charged, losses));
          if (losses >= maxDeliveries) expect(kind).toBe('quarantine');
        },
      ),
    );
  });
});
