import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../errors/configuration.errors.js';
import { DEFAULT_POLICY, type TaskPolicy } from '../task-policy.js';
import { checkPlacing } from './check-placing.js';

const QUEUES = {
  default: { concurrency: 10, priorities: false, fair: false },
  fair: { concurrency: 10, priorities: false, fair: true },
};
const window = { by: null, for: 1_000 };
const unique = { by: null, until: 'finished', for: null } as const;
const fairBy = () => 'a tenant';
const check = (options: Partial<TaskPolicy>) => () =>
  checkPlacing('task "t" (T.t)', { ...DEFAULT_POLICY, ...options }, QUEUES);

describe('what may be asked of the place of a call', () => {
  it.each<[string, Partial<TaskPolicy>]>([
    ['nothing', {}],
    ['unique', { unique }],
    ['debounce', { debounce: window }],
    ['throttle', { throttle: window }],
    ['turns in a fair queue, and unique', { fairBy, queue: 'fair', unique }],
  ])('%s', (_name, options) => {
    expect(check(options)).not.toThrow();
  });

  it.each<[string, Partial<TaskPolicy>, RegExp]>([
    ['unique and debounce', { unique, debounce: window }, /"debounce" is given beside unique/],
    ['unique and throttle', { unique, throttle: window }, /"throttle" is given beside unique/],
    ['debounce and throttle', { debounce: window, throttle: window }, /"throttle" is given beside debounce/],
    ['turns in a queue that has none', { fairBy }, /queues: \{ default: \{ fair: true \} \}/],
  ])('not %s', (_name, options, message) => {
    expect(check(options)).toThrow(InvalidOptionError);
    expect(check(options)).toThrow(message);
  });
});
