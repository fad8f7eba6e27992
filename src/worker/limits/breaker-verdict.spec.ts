import { describe, expect, it } from 'vitest';
import type { Outcome, OutcomeName } from '../stages/outcome.js';
import { verdictOn } from './breaker-verdict.js';

class Down extends Error {}
class Refused extends Down {}

const outcome = (name: OutcomeName, error?: Error): Outcome => ({
  name,
  error,
  settlement: { kind: 'complete', value: null },
});

describe('what the end of a call says of what its breaker is for', () => {
  it.each<[string, Outcome, string | undefined]>([
    ['a success', outcome('succeeded'), 'works'],
    ['nothing to do', outcome('ignored'), 'works'],
    ['an error that counts', outcome('retried', new Down()), 'fails'],
    ['one of its subclasses', outcome('failed', new Refused()), 'fails'],
    ['another error', outcome('failed', new TypeError()), 'works'],
    ['a call that snoozes', outcome('snoozed'), undefined],
    ['a call that is handed back', outcome('handed back'), undefined],
    ['a call that is revoked', outcome('revoked'), undefined],
  ])('%s', (_what, ended, verdict) => {
    expect(verdictOn({ on: [Down] }, ended)).toBe(verdict);
  });
});
