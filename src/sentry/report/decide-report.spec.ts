import { describe, expect, it } from 'vitest';
import { LockLostError, type TaskOutcome } from '../../tasks/index.js';
import type { TaskRule } from '../options/resolve-sentry-options.js';
import { decideLossReport, decideReport } from './decide-report.js';

const rule = (after: number): TaskRule => ({ after, sendArguments: false });
const FINAL = rule(Number.POSITIVE_INFINITY);
const EVERY = rule(1);
const error = new Error('x');

describe('the end of a delivery', () => {
  it.each<[TaskOutcome, number, TaskRule | false, boolean]>([
    ['failed', 4, FINAL, true],
    ['failed', 0, FINAL, true],
    ['retried', 0, FINAL, false],
    ['retried', 0, EVERY, true],
    ['retried', 1, rule(3), false],
    ['retried', 2, rule(3), true],
    ['retried', 3, rule(3), true],
    ['failed', 0, rule(3), true],
    ['failed', 4, false, false],
    ['quarantined', 0, FINAL, true],
    ['quarantined', 0, false, false],
    ['succeeded', 0, EVERY, false],
    ['ignored', 0, EVERY, false],
    ['snoozed', 0, EVERY, false],
    ['deferred', 0, EVERY, false],
    ['parked', 0, EVERY, false],
    ['expired', 0, EVERY, false],
    ['revoked', 0, EVERY, false],
    ['handed back', 0, EVERY, false],
  ])('%s after %d retries, rule %j: %s', (name, retries, own, reported) => {
    expect(decideReport(name, { retries, error }, own)).toBe(reported);
  });

  it('with an expected error is not reported, be it the last', () => {
    expect(decideReport('failed', { retries: 4, error, expected: true }, EVERY)).toBe(false);
    expect(decideReport('retried', { retries: 4, error, expected: true }, EVERY)).toBe(false);
  });

  it('whose lock was lost is another worker’s to report', () => {
    expect(decideReport('failed', { retries: 0, error: new LockLostError('q.1') }, EVERY)).toBe(false);
  });
});

describe('a loss', () => {
  it.each([
    ['lock lost', FINAL, true],
    ['refused', FINAL, true],
    ['died', FINAL, false],
    ['died', rule(2), false],
    ['died', EVERY, true],
    ['lock lost', false, false],
  ] as const)('%s, rule %j: %s', (how, own, reported) => {
    expect(decideLossReport({ how }, own)).toBe(reported);
  });
});
