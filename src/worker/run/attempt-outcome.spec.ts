import { describe, expect, it } from 'vitest';
import { Ignore, Snooze } from '../../tasks/errors/control-flow.errors.js';
import { TimeLimitExceeded } from '../../tasks/errors/delivery.errors.js';
import { DEFAULT_POLICY } from '../../tasks/options/task-policy.js';
import type { AttemptEnd } from './attempt.js';
import { attemptOutcome } from './attempt-outcome.js';

const outcome = (end: AttemptEnd, retries = 0) =>
  attemptOutcome(end, { policy: DEFAULT_POLICY, retries, payloadLimit: 100, random: 0.5 });
const threw = (error: unknown): AttemptEnd => ({ kind: 'threw', error });

describe('the outcome of an attempt', () => {
  const table: [string, AttemptEnd, number, object][] = [
    [
      'a value',
      { kind: 'returned', value: 7 },
      0,
      { name: 'succeeded', settlement: { kind: 'complete', value: 7 } },
    ],
    [
      'nothing',
      { kind: 'returned', value: undefined },
      0,
      { name: 'succeeded', settlement: { kind: 'complete' } },
    ],
    [
      'a value too large',
      { kind: 'returned', value: 'x'.repeat(99) },
      0,
      { name: 'succeeded', reason: expect.stringMatching(/101 bytes/) },
    ],
    [
      'a value that cannot be read',
      {
        kind: 'returned',
        value: {
          get broken(): never {
            throw new Error('no such row');
          },
        },
      },
      0,
      { name: 'succeeded', reason: expect.stringMatching(/no such row/) },
    ],
    [
      'an error',
      threw(new TypeError('x')),
      0,
      { name: 'retried', delay: 1_000, settlement: { kind: 'retry', reason: 'TypeError: x' } },
    ],
    [
      'an error, no retry left',
      threw(new TypeError('x')),
      3,
      { name: 'failed', settlement: { kind: 'fail', reason: 'TypeError: x' } },
    ],
    ['Ignore', threw(new Ignore('why')), 9, { name: 'ignored', settlement: { kind: 'complete' } }],
    [
      'Snooze',
      threw(new Snooze('5s')),
      9,
      { name: 'snoozed', delay: 5_000, settlement: { kind: 'defer', delay: 5_000 } },
    ],
    [
      'abandoned',
      { kind: 'abandoned', error: new TimeLimitExceeded('t', '1s', true) },
      0,
      { name: 'failed' },
    ],
    ['handed back', { kind: 'handedBack' }, 0, { name: 'handed back', settlement: { kind: 'handBack' } }],
  ];
  it.each(table)('%s', (_name, end, retries, expected) =>
    expect(outcome(end, retries)).toMatchObject(expected),
  );
});
