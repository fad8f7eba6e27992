import { describe, expect, it } from 'vitest';
import {
  InvalidArgumentsError,
  InvalidOptionError,
  InvalidTaskIdError,
  PayloadTooLargeError,
  type PublishedCalls,
  TaskEvents,
  TaskInstruments,
  UndeclaredQueueError,
  UnknownTaskError,
  UnknownTaskIdError,
} from '../../src/index.js';
import { until } from '../support/until.js';
import { expectRuns, type Fixture, stateOf } from './fixture.js';

export function calling(f: Fixture): void {
  describe('calling', () => {
    it('runs a call once and gives its result back', async () => {
      const key = f.key();
      const result = await f.tasks.echo.delay(key, 42);
      expect(await result.get()).toBe(42);
      expectRuns(f, key, 1);
    });

    it('instruments are told when a call may begin, and listeners what it was called with', async () => {
      const published: PublishedCalls[] = [];
      f.app.get(TaskInstruments).add({
        publish: (calls, send) => {
          published.push(calls);
          return send({});
        },
      });
      const told: unknown[] = [];
      const stop = f.app.get(TaskEvents).on('succeeded', ({ args }) => told.push(args));
      const key = f.key();
      await (await f.tasks.echo.applyAsync([key, 7], { countdown: '50ms' })).get();
      await until(() => expect(told).toContainEqual([key, 7]));
      expect(published).toEqual([{ task: 'echo', queue: 'default', count: 1, delay: 50 }]);
      stop();
    });

    it('delivers arguments exactly as they were sent', async () => {
      const value = { deep: [1, -0.5, 'ü €\u2028 🎉', null, true, { 'a.b': [] }], empty: {}, __proto: 'x' };
      expect(await (await f.tasks.echo.delay(f.key(), value)).get()).toEqual(value);
    });

    it('leaves an omitted optional argument to its default', async () => {
      expect(await (await f.tasks.withDefault.delay(f.key())).get()).toBe('the default');
      expect(await (await f.tasks.withDefault.delay(f.key(), undefined)).get()).toBe('the default');
    });

    it('delayMany runs each call once and keeps their order in the handles', async () => {
      const keys = Array.from({ length: 30 }, () => f.key());
      const results = await f.tasks.echo.delayMany(keys.map((key, index) => [key, index]));
      expect(await Promise.all(results.map((result) => result.get()))).toEqual(keys.map((_, index) => index));
      for (const key of keys) expectRuns(f, key, 1);
    });

    it('delayMany sends more than one chunk', async () => {
      const calls = Array.from({ length: 1_201 }, (): [string] => ['bulk']);
      const before = (await countsOf(f, 'idle')).waiting;
      const results = await f.tasks.echo.delayMany(calls, { queue: 'idle' });
      expect(new Set(results.map(({ id }) => id)).size).toBe(1_201);
      expect((await countsOf(f, 'idle')).waiting - before).toBe(1_201);
    });

    it('delayMany sends nothing when one of the calls is invalid', async () => {
      const key = f.key();
      const calls: [string, unknown][] = [
        [key, 1],
        [key, () => 1],
      ];
      await expect(f.tasks.echo.delayMany(calls)).rejects.toThrow(InvalidArgumentsError);
      expect(await (await f.tasks.echo.delay(f.key(), 'after')).get()).toBe('after');
      expectRuns(f, key, 0);
    });

    it('countdown: does not begin before it has passed', async () => {
      const began = performance.now();
      const result = await f.tasks.echo.applyAsync([f.key()], { countdown: '400ms' });
      await result.get();
      expect(performance.now() - began).toBeGreaterThan(340);
    });

    it('eta: does not begin before that moment, and state() says when', async () => {
      const eta = new Date(Date.now() + 3_600_000);
      const result = await f.tasks.echo.applyAsync([f.key()], { eta });
      const state = await result.state();
      expect(state).toMatchObject({ state: 'delayed', reason: 'eta', attempts: 0 });
      expect(Math.abs((state?.dueAt?.getTime() ?? 0) - eta.getTime())).toBeLessThan(1_000);
    });

    it('expires: a call past it ends expired and never runs', async () => {
      const key = f.key();
      const blocker = f.key();
      const first = await f.tasks.gated.applyAsync([blocker], { queue: 'serial' });
      await f.journal.written(blocker);
      const result = await f.tasks.echo.applyAsync([key], { queue: 'serial', expires: '50ms' });
      await until(async () => (await stateOf(result)) === 'expired');
      f.gates.release(blocker);
      await first.get();
      await until(async () => (await result.state())?.finishedAt !== undefined);
      await expect(result.get()).rejects.toMatchObject({ name: 'TaskFailedError', state: 'expired' });
      expectRuns(f, key, 0);
      expect((await result.state())?.attempts).toBe(0);
    });

    it('expires: state() says so before any worker has seen the call', async () => {
      const result = await f.tasks.echo.applyAsync([f.key()], { queue: 'idle', expires: '30ms' });
      await until(async () => (await stateOf(result)) === 'expired');
      expect((await result.state())?.finishedAt).toBeUndefined();
    });

    it('priority: high runs before normal, normal before low', async () => {
      const blocker = f.key();
      const first = await f.tasks.gated.applyAsync([blocker], { queue: 'ranked' });
      await f.journal.written(blocker);
      const [low, normal, high] = [f.key(), f.key(), f.key()];
      const results = [
        await f.tasks.echo.applyAsync([low], { queue: 'ranked', priority: 'low' }),
        await f.tasks.echo.applyAsync([normal], { queue: 'ranked' }),
        await f.tasks.echo.applyAsync([high], { queue: 'ranked', priority: 'high' }),
      ];
      f.gates.release(blocker);
      await Promise.all([first, ...results].map((result) => result.get()));
      expectOrder(f, [high, normal, low]);
    });

    it('runs calls of a plain queue in the order they were sent', async () => {
      const blocker = f.key();
      const first = await f.tasks.gated.applyAsync([blocker], { queue: 'serial' });
      await f.journal.written(blocker);
      const keys = Array.from({ length: 8 }, () => f.key());
      const results = [];
      for (const key of keys) results.push(await f.tasks.echo.applyAsync([key], { queue: 'serial' }));
      f.gates.release(blocker);
      await Promise.all([first, ...results].map((result) => result.get()));
      expectOrder(f, keys);
    });

    it('headers and identity reach the task', async () => {
      const headers = { tenant: 'acme', 'request-id': 'r-1' };
      const result = await f.tasks.context.applyAsync([f.key()], { headers, queue: 'serial' });
      expect(await result.get()).toEqual({
        id: result.id,
        name: 'context',
        queue: 'serial',
        retries: 0,
        headers,
        active: true,
      });
    });

    it('taskId: the second call adds nothing and says duplicate', async () => {
      const key = f.key();
      const first = await f.tasks.echo.applyAsync([key, 1], { taskId: key });
      const second = await f.tasks.echo.applyAsync([key, 2], { taskId: key });
      expect([first.duplicate, second.duplicate]).toEqual([false, true]);
      expect(second.id).toBe(first.id);
      expect(await second.get()).toBe(1);
      expectRuns(f, key, 1);
    });

    it('taskId: the full id of an earlier call names the same call', async () => {
      const key = f.key();
      const first = await f.tasks.echo.applyAsync([key, 1], { taskId: key });
      expect(await f.tasks.echo.applyAsync([key, 2], { taskId: first.id })).toMatchObject({
        id: first.id,
        duplicate: true,
      });
    });

    it('taskId: of ten calls at once exactly one is not a duplicate', async () => {
      const key = f.key();
      const calls = Array.from({ length: 10 }, (_, n) => f.tasks.echo.applyAsync([key, n], { taskId: key }));
      const results = await Promise.all(calls);
      expect(results.filter((result) => !result.duplicate)).toHaveLength(1);
      await results[0]?.get();
      expectRuns(f, key, 1);
    });

    it('a handle can be made again from an id kept elsewhere', async () => {
      const { id } = await f.tasks.echo.applyAsync([f.key(), 'kept'], { queue: 'serial' });
      expect(await f.service.result(id).get()).toBe('kept');
    });

    it('an unknown id has no state, and get() says so', async () => {
      const result = f.service.result('default.never-existed');
      expect(await result.state()).toBeNull();
      await expect(result.get()).rejects.toThrow(UnknownTaskIdError);
    });

    it('a task can be called by its name', async () => {
      expect(await (await f.service.call('echo', [f.key(), 'by name'])).get()).toBe('by name');
    });

    it('a name nobody knows here needs a queue', async () => {
      await expect(f.service.call('no.such.task', [])).rejects.toThrow(UnknownTaskError);
      expect((await f.service.call('no.such.task', [], { queue: 'idle' })).id).toMatch(/^idle\./);
    });
  });

  describe('refusing bad calls', () => {
    const cases: [string, unknown, RegExp][] = [
      ['a Date', new Date(), /args\[1\] is an instance of Date/],
      ['a Map', new Map(), /instance of Map/],
      ['a class instance', new URL('http://x.test'), /instance of URL/],
      ['a BigInt', 10n, /a bigint/],
      ['NaN', Number.NaN, /NaN/],
      ['a function', () => 1, /a function/],
      ['a symbol', Symbol('s'), /a symbol/],
      ['undefined in an array', [1, undefined], /args\[1\]\[1\] is undefined/],
      ['U+0000', 'a\0b', /\\u0000/],
      ['a lone surrogate', { text: 'x\ud800' }, /args\[1\]\.text.*surrogate/],
      ['a cycle', cycle(), /holds itself/],
    ];
    it.each(cases)('%s as an argument is refused, naming it and the fix', async (_name, value, message) => {
      const call = f.tasks.echo.delay(f.key(), value);
      await expect(call).rejects.toThrow(InvalidArgumentsError);
      await expect(call).rejects.toThrow(message);
      await expect(call).rejects.toThrow(/pass an id/);
    });

    it('a payload above the limit is refused with both sizes', async () => {
      const call = f.tasks.echo.delay(f.key(), 'x'.repeat(256 * 1024));
      await expect(call).rejects.toThrow(PayloadTooLargeError);
      await expect(call).rejects.toThrow(/above the payload limit of 262144.*pass an id/s);
    });

    it('arguments that do not match the schema are refused when the task is called', async () => {
      const call = f.tasks.checked.delay(f.key(), 0);
      await expect(call).rejects.toThrow(InvalidArgumentsError);
      await expect(call).rejects.toThrow(/at 1: /);
    });

    it('the method receives the output of the schema', async () => {
      const result = await f.tasks.checked.delay(f.key(), '7' as unknown as number);
      expect(await result.get()).toEqual({ count: 7, type: 'number' });
    });

    const options: [string, object, typeof InvalidOptionError | typeof UndeclaredQueueError, RegExp][] = [
      ['an unknown option', { countDown: '1s' }, InvalidOptionError, /Did you mean "countdown"/],
      ['countdown beside eta', { countdown: '1s', eta: new Date() }, InvalidOptionError, /Pass one of them/],
      ['a priority on a plain queue', { priority: 'high' }, InvalidOptionError, /priorities: true/],
      ['an undeclared queue', { queue: 'nowhere' }, UndeclaredQueueError, /nowhere.*declared: default/],
      [
        'an undeclared queue that every object has',
        { queue: 'constructor' },
        UndeclaredQueueError,
        /declared/,
      ],
      [
        'soft above hard',
        { softTimeLimit: '10s', timeLimit: '1s' },
        InvalidOptionError,
        /is above timeLimit/,
      ],
      ['a bare number as a duration', { countdown: 5 }, InvalidOptionError, /with a unit/],
      ['an expiry before the eta', { countdown: '1h', expires: '1m' }, InvalidOptionError, /expires/],
      ['headers that are not strings', { headers: { n: 1 } }, InvalidOptionError, /headers/],
      ['headers with U+0000', { headers: { n: '\0' } }, InvalidOptionError, /headers/],
    ];
    it.each(options)('%s is refused', async (_name, given, type, message) => {
      const call = f.tasks.echo.applyAsync([f.key()], given);
      await expect(call).rejects.toThrow(type);
      await expect(call).rejects.toThrow(message);
    });

    it('a taskId no broker could keep is refused', async () => {
      await expect(f.tasks.echo.applyAsync([f.key()], { taskId: 'a:b' })).rejects.toThrow(InvalidTaskIdError);
      expect(() => f.service.result('no-queue')).toThrow(InvalidTaskIdError);
    });
  });
}

const countsOf = async (f: Fixture, queue: string) => {
  for (;;) {
    try {
      return await f.app.broker.counts(queue);
    } catch (error) {
      if (!f.variant.lying) throw error;
    }
  }
};

/** A lie about a fetch keeps one call until its lock runs out; the others may overtake it. */
function expectOrder(f: Fixture, keys: readonly string[]): void {
  const ran = f.journal.entries.map(({ key }) => key).filter((key) => keys.includes(key));
  if (f.variant.lying) expect(new Set(ran)).toEqual(new Set(keys));
  else expect(ran).toEqual(keys);
}

function cycle(): object {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
}
