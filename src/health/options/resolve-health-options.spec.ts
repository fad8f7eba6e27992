import { describe, expect, it } from 'vitest';
import { resolveHealthOptions } from './resolve-health-options.js';

describe('the options of HealthModule', () => {
  it('have defaults, for all queues, and for one', () => {
    const options = resolveHealthOptions({
      thresholds: { downAfter: '1h' },
      queues: { email: { degradedAfter: '5m' }, bulk: false },
    });
    expect(options).toMatchObject({ interval: 15_000, timeout: 2_000, canary: { every: 30_000 } });
    expect(options.limitsOf('other')).toMatchObject({ degradedAfter: 60_000, downAfter: 3_600_000 });
    expect(options.limitsOf('email')).toMatchObject({ degradedAfter: 300_000, downAfter: 3_600_000 });
    expect(options.limitsOf('bulk')).toBeUndefined();
    expect(resolveHealthOptions({ canary: false }).canary).toBeUndefined();
  });

  it.each<[object, RegExp]>([
    [{ tokn: 'x' }, /Did you mean "token"/],
    [{ token: 'a b' }, /printable ASCII/],
    [{ interval: 15 }, /option "interval" is 15, not a duration/],
    [{ interval: '0s' }, /above zero/],
    [{ queues: { email: { downAfter: 'soon' } } }, /queues\.email.*downAfter/s],
    [{ thresholds: { downafter: '1m' } }, /Did you mean "downAfter"/],
    [{ canary: { every: 1 } }, /canary.*every/s],
  ])('%j is refused', (options, message) => {
    expect(() => resolveHealthOptions(options)).toThrow(message);
  });
});
