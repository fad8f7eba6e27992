import { describe, expect, it } from 'vitest';
import { Retry } from '../../tasks/errors/control-flow.errors.js';
import {
  CallRefusedError,
  SoftTimeLimitExceeded,
  TimeLimitExceeded,
} from '../../tasks/errors/delivery.errors.js';
import { InvalidArgumentsError } from '../../tasks/errors/enqueue.errors.js';
import { DEFAULT_POLICY, type TaskPolicy } from '../../tasks/options/task-policy.js';
import { decideRetry } from './retry-decision.js';

class Transient extends Error {}
class VeryTransient extends Transient {}
class Permanent extends Error {}

const decide = (thrown: unknown, policy: Partial<TaskPolicy> = {}, retries = 0) =>
  decideRetry(thrown, { ...DEFAULT_POLICY, retryJitter: false, ...policy }, retries, 0.5);

const hard = new TimeLimitExceeded('t', '1s', true);
const killed = new TimeLimitExceeded('t', '1s', false);

describe('whether a failed attempt runs again', () => {
  const table: [string, unknown, Partial<TaskPolicy>, number, boolean][] = [
    ['hard limit, killed: like any other error', killed, {}, 0, true],
    ['hard limit, killed, but excluded', killed, { dontAutoretryFor: [TimeLimitExceeded] }, 0, false],
    ['any error, by default', new Permanent(), {}, 0, true],
    ['the last retry', new Permanent(), { maxRetries: 3 }, 2, true],
    ['no retry left', new Permanent(), { maxRetries: 3 }, 3, false],
    ['no retries at all', new Permanent(), { maxRetries: 0 }, 0, false],
    ['retries without end', new Permanent(), { maxRetries: null }, 1e6, true],
    ['an error not named', new Permanent(), { autoretryFor: [Transient] }, 0, false],
    ['an error named', new Transient(), { autoretryFor: [Transient] }, 0, true],
    ['a subclass of one named', new VeryTransient(), { autoretryFor: [Transient] }, 0, true],
    ['one excepted', new Permanent(), { dontAutoretryFor: [Permanent] }, 0, false],
    ['a subclass of one excepted', new VeryTransient(), { dontAutoretryFor: [Transient] }, 0, false],
    [
      'excepted and named: excepted wins',
      new Transient(),
      { autoretryFor: [Transient], dontAutoretryFor: [Transient] },
      0,
      false,
    ],
    ['the soft limit', new SoftTimeLimitExceeded('t', '1s'), {}, 0, true],
    ['the hard limit, for [Error]', hard, {}, 0, false],
    ['the hard limit, named itself', hard, { autoretryFor: [TimeLimitExceeded] }, 0, true],
    [
      'the hard limit, named and excepted',
      hard,
      { autoretryFor: [TimeLimitExceeded], dontAutoretryFor: [TimeLimitExceeded] },
      0,
      false,
    ],
    ['a refusal by a guard', new CallRefusedError('t', new Error('no')), {}, 0, false],
    ['arguments that do not match', new InvalidArgumentsError('t', 'x'), {}, 0, false],
    ['a thrown string, for [Error]', 'text', {}, 0, true],
    ['a thrown string, for others', 'text', { autoretryFor: [Transient] }, 0, false],
    ['a thrown undefined', undefined, {}, 0, true],
    [
      'task.retry(), though its cause is excepted',
      new Retry({ cause: new Permanent() }),
      { dontAutoretryFor: [Permanent] },
      0,
      true,
    ],
    ['task.retry() with no retry left', new Retry(), { maxRetries: 0 }, 0, false],
  ];
  it.each(table)('%s', (_name, thrown, policy, retries, retry) => {
    expect(decide(thrown, policy, retries).retry).toBe(retry);
  });

  it('task.retry({ countdown }) chooses its delay; without, the backoff does', () => {
    expect(decide(new Retry({ countdown: '7m' }))).toMatchObject({ retry: true, delay: 420_000 });
    expect(decide(new Retry(), {}, 1)).toMatchObject({ retry: true, delay: 4_000 });
  });

  it('task.retry() reports its cause', () => {
    const cause = new Permanent('really');
    expect(decide(new Retry({ cause }), { maxRetries: 0 })).toEqual({ retry: false, error: cause });
  });
});
