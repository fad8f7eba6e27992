import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, type TaskPolicy } from '../task-policy.js';
import { warnOfLimits } from './warn-of-limits.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
const unique = { by: null, until: 'finished', for: null } as const;
const warnings = (options: Partial<TaskPolicy>) =>
  warnOfLimits({ name: 'mail.send', policy: { ...DEFAULT_POLICY, ...options } }, { resultTtl: DAY });

describe('a warning about limits', () => {
  it.each<[string, Partial<TaskPolicy>]>([
    ['no limits', {}],
    ['unique without a bound', { unique }],
    ['unique for longer than a call may run', { unique: { ...unique, for: 7 * MINUTE } }],
    ['unique until it starts, however short', { unique: { ...unique, until: 'started', for: MINUTE } }],
    ['unique with a bound, retried for ever', { unique: { ...unique, for: DAY }, maxRetries: null }],
    ['throttled for as long as results are kept', { throttle: { by: null, for: DAY } }],
    ['debounced for longer', { debounce: { by: null, for: 2 * DAY } }],
  ])('is not given for %s', (_name, options) => {
    expect(warnings(options)).toEqual([]);
  });

  it.each<[string, Partial<TaskPolicy>, RegExp]>([
    [
      'a key that is free while a call may run',
      { unique: { ...unique, for: MINUTE } },
      /"mail\.send".*"unique\.for" \(1m\) may pass while a call still runs \(a timeLimit of 6m\)/,
    ],
    [
      'a key with a bound while calls have none',
      { unique: { ...unique, for: DAY }, timeLimit: null },
      /still runs \(no timeLimit\)/,
    ],
    ['a key held for ever', { unique, maxRetries: null }, /"unique" has no "for", and maxRetries is null/],
    [
      'a window that outlasts its call',
      { throttle: { by: null, for: 2 * DAY } },
      /"throttle\.for" .* is longer than resultTtl/,
    ],
  ])('is given for %s', (_name, options, message) => {
    expect(warnings(options)).toEqual([expect.stringMatching(message)]);
  });
});
