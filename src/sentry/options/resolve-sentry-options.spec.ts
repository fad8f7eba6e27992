import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../tasks/index.js';
import { resolveSentryOptions, ruleOf } from './resolve-sentry-options.js';

const resolve = (options: object, env: NodeJS.ProcessEnv = {}) => resolveSentryOptions(options, env);

describe('the options of SentryModule', () => {
  it('have defaults', () => {
    expect(resolve({})).toEqual({
      dsn: null,
      environment: undefined,
      release: undefined,
      tracesSampleRate: undefined,
      rule: { after: Number.POSITIVE_INFINITY, sendArguments: false },
      tasks: new Map(),
      throttle: { events: 10, period: 300_000 },
      flushTimeout: 2_000,
    });
  });

  it('read the environment where they are not given', () => {
    const env = { SENTRY_DSN: 'https://k@host/1', SENTRY_TRACES_SAMPLE_RATE: '0.25' };
    expect(resolve({}, env)).toMatchObject({ dsn: 'https://k@host/1', tracesSampleRate: 0.25 });
    expect(resolve({ dsn: null, tracesSampleRate: 0 }, env)).toMatchObject({
      dsn: null,
      tracesSampleRate: 0,
    });
    expect(() => resolve({}, { SENTRY_DSN: 'nonsense' })).toThrow(/SENTRY_DSN/);
    expect(() => resolve({}, { SENTRY_TRACES_SAMPLE_RATE: 'half' })).toThrow(/SENTRY_TRACES_SAMPLE_RATE/);
  });

  it('let a task differ in one thing, and have the module’s in the others', () => {
    const options = resolve({
      report: { after: 3 },
      sendArguments: true,
      tasks: { a: { report: 'every' }, b: { sendArguments: false }, c: false },
      throttle: { events: 2 },
    });
    expect(ruleOf(options, 'a')).toEqual({ after: 1, sendArguments: true });
    expect(ruleOf(options, 'b')).toEqual({ after: 3, sendArguments: false });
    expect(ruleOf(options, 'c')).toBe(false);
    expect(ruleOf(options, 'd')).toEqual({ after: 3, sendArguments: true });
    expect(options.throttle).toEqual({ events: 2, period: 300_000 });
  });

  it.each<[object, RegExp]>([
    [{ reports: 'final' }, /"reports" is unknown\. Did you mean "report"\?/],
    [{ report: 'some' }, /"report" is "some"\. Use 'final'/],
    [{ report: { after: 0 } }, /"after" is 0/],
    [{ report: {} }, /"report" is \{\}/],
    [{ tasks: { a: { raport: 'every' } } }, /tasks\["a"\].*"raport" is unknown/],
    [{ tasks: [] }, /"tasks" is \[\]/],
    [{ throttle: { events: 0 } }, /throttle: option "events" is 0/],
    [{ tracesSampleRate: 2 }, /"tracesSampleRate" is 2/],
    [{ environment: 'with space' }, /"environment"/],
    [{ flushTimeout: 2_000 }, /"flushTimeout" is 2000/],
    [{ sendArguments: 'yes' }, /"sendArguments"/],
  ])('%j fails the boot', (options, message) => {
    expect(() => resolve(options)).toThrow(InvalidOptionError);
    expect(() => resolve(options)).toThrow(message);
  });
});
