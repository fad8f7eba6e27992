import { describe, expect, it } from 'vitest';
import { resolvePolicy } from '../resolve-policy.js';
import type { TaskOptions } from '../task-options.js';
import { bindLimits } from './bind-limits.js';

const shared = {
  rateLimits: {
    smtp: { count: 1, period: 1_000, burst: 1 },
    'mail.send': { count: 7, period: 1_000, burst: 2 },
  },
  breakers: { smtp: { failures: 1, window: 1_000, cooldown: 1_000, on: [Error] } },
};

function resolve(options: object, task = 'thumb.render') {
  const subject = `task "${task}"`;
  return bindLimits(subject, task, resolvePolicy(subject, [options as TaskOptions], ['default']), shared);
}

const key = (args: readonly string[]) => args[0] ?? '';

describe('the limits of a task', () => {
  it('are none by default', () => {
    expect(resolve({})).toMatchObject({
      rateLimit: [],
      maxConcurrency: null,
      lock: null,
      onLocked: 'wait',
      unique: null,
      breaker: null,
    });
  });

  it('a rate is the task’s own, for the whole cluster, evenly spaced, and delays', () => {
    const rate = { count: 50, period: 60_000, burst: 1 };
    expect(resolve({ rateLimit: '50/m' }).rateLimit).toEqual([
      { name: 'thumb.render', rate, per: 'cluster', onExceeded: 'delay' },
    ]);
  });

  it('several hold together; further ones of the task’s own are numbered', () => {
    const limits = ['50/m', { limit: '5/m', per: key, burst: 3, onExceeded: 'drop' }, 'smtp'];
    expect(resolve({ rateLimit: limits }).rateLimit).toMatchObject([
      { name: 'thumb.render' },
      { name: 'thumb.render#2', rate: { count: 5, burst: 3 }, per: key, onExceeded: 'drop' },
      { name: 'smtp', rate: shared.rateLimits.smtp },
    ]);
  });

  it('a shared limit of the task’s name takes the place of its own', () => {
    expect(resolve({ rateLimit: '100/s' }, 'mail.send').rateLimit).toMatchObject([
      { name: 'mail.send', rate: { count: 7, burst: 2 } },
    ]);
  });

  it('maxConcurrency is a number, or one for each key', () => {
    expect(resolve({ maxConcurrency: 3 }).maxConcurrency).toEqual({ limit: 3, per: null });
    expect(resolve({ maxConcurrency: { limit: 3, per: key } }).maxConcurrency).toEqual({
      limit: 3,
      per: key,
    });
  });

  it('a breaker is the task’s own, with defaults, or a shared one', () => {
    expect(resolve({ breaker: { failures: 5 } }).breaker).toEqual({
      name: 'thumb.render',
      failures: 5,
      window: 60_000,
      cooldown: 30_000,
      on: [Error],
    });
    expect(resolve({ breaker: 'smtp' }).breaker).toMatchObject({ name: 'smtp', failures: 1 });
  });

  it('null switches off what a farther layer has set', () => {
    const layers = [
      { rateLimit: '5/s', lock: key },
      { rateLimit: null, lock: null },
    ] as TaskOptions[];
    expect(resolvePolicy('t', layers, ['default'])).toMatchObject({ rateLimit: [], lock: null });
  });

  it.each([
    [{ rateLimit: '50' }, 'option "rateLimit" is "50", not a rate'],
    [{ rateLimit: {} }, 'option "rateLimit.limit" is missing'],
    [{ rateLimit: { limit: '5/s', burst: 0 } }, 'option "burst" is 0'],
    [{ rateLimit: { limit: '5/s', per: 'tenant' } }, 'option "per" is "tenant"'],
    [{ rateLimit: { limit: '5/s', onExceeded: 'skip' } }, `Use 'delay' or 'drop' or 'fail'`],
    [{ rateLimit: { limit: 'smtp', burst: 3 } }, 'is given for the shared limit "smtp"'],
    [{ rateLimit: 'smpt' }, 'names "smpt", which TasksModule does not declare'],
    [{ rateLimit: { rate: '5/s' } }, 'Known options: limit, burst, per, onExceeded'],
    [{ maxConcurrency: 0 }, 'option "maxConcurrency" is 0'],
    [{ lock: 'account' }, 'Pass a function from the arguments to a key'],
    [{ onLocked: 'skip' }, 'option "onLocked" is "skip"'],
    [{ breaker: 'smpt' }, 'Add breakers: { "smpt": { failures: 5 } }'],
    [{ breaker: { window: '1m' } }, 'option "breaker.failures" is missing'],
    [{ breaker: { failures: 5, cooldown: 30 } }, 'option "cooldown" is 30, not a duration'],
    [{ unique: { until: 'done' } }, `Use 'started' or 'finished'`],
    [{ debounce: {} }, 'option "debounce.for" is missing'],
  ])('%j is refused at boot', (options, message) => {
    expect(() => resolve(options)).toThrow(message);
  });
});
