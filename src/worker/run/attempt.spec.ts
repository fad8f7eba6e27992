import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Delivery } from '../../tasks/broker-port.js';
import { taskScope } from '../../tasks/context/task-scope.js';
import { LockLostError } from '../../tasks/errors/broker.errors.js';
import { DEFAULT_POLICY } from '../../tasks/options/task-policy.js';
import { TaskEvents } from '../../tasks/events/task-events.js';
import type { ResolvedOptions } from '../../tasks/options/resolve-module-options.js';
import { AbandonedRuns } from '../abandoned-runs.js';
import { RunningAttempts } from '../running-attempts.js';
import { Attempt } from './attempt.js';

const delivery = { id: 'q.1', name: 'task', queue: 'q', retries: 0 } as Delivery;

describe('an attempt', () => {
  const late: Attempt[] = [];
  const attempt = (softTimeLimit: number | null, timeLimit: number | null) =>
    new Attempt(delivery, [], {}, { ...DEFAULT_POLICY, softTimeLimit, timeLimit }, (ended) =>
      late.push(ended),
    );
  let running: RunningAttempts;
  const watched = (softTimeLimit: number | null, timeLimit: number | null) => {
    const own = attempt(softTimeLimit, timeLimit);
    running.add(own);
    return own;
  };

  beforeEach(() => {
    late.length = 0;
    running = new RunningAttempts();
    vi.useFakeTimers();
  });
  afterEach(() => {
    // In this order: a spy may stand on a fake.
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('ends with what the code returns or throws, at once or later', async () => {
    expect(await attempt(1_000, 2_000).run(() => 1)).toEqual({ kind: 'returned', value: 1 });
    const error = new Error('x');
    expect(await attempt(null, null).run(() => Promise.reject(error))).toEqual({ kind: 'threw', error });
    const synchronous = () => {
      throw error;
    };
    expect(await attempt(null, null).run(synchronous)).toEqual({ kind: 'threw', error });
  });

  it('is the scope of its code, and of nothing else', async () => {
    const own = attempt(null, null);
    await own.run(() => expect(taskScope.getStore()).toBe(own));
    expect(taskScope.getStore()).toBeUndefined();
  });

  it('aborts the signal at the soft limit, and is abandoned at the hard one', async () => {
    const own = watched(1_000, 3_000);
    const end = own.run(() => new Promise(() => undefined));
    const { signal } = own;
    await vi.advanceTimersByTimeAsync(999);
    expect(signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(2);
    expect(signal.reason).toMatchObject({ name: 'SoftTimeLimitExceeded', limit: '1s' });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await end).toMatchObject({ kind: 'abandoned', error: { name: 'TimeLimitExceeded', limit: '3s' } });
  });

  it('a signal read after it was aborted is aborted', async () => {
    const own = watched(10, null);
    void own.run(() => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(20);
    expect(own.signal.reason).toMatchObject({ name: 'SoftTimeLimitExceeded' });
    own.cutShort();
  });

  it('the first reason to stop is the one that stays', () => {
    const own = watched(null, null);
    own.abort(new LockLostError('q.1'));
    own.cutShort();
    expect(own.signal.reason).toBeInstanceOf(LockLostError);
  });

  describe('in a shield', () => {
    it('is not broken off before the shield ends, whatever the reason', async () => {
      const own = watched(1_000, 3_000);
      void own.run(() => new Promise(() => undefined));
      own.beginShield('10s');
      own.abort(new LockLostError('q.1'));
      own.revoke(false);
      await vi.advanceTimersByTimeAsync(9_000);
      expect(own.signal.aborted).toBe(false);
      expect(own.shielded).toBe(1_000);
      own.endShield();
      expect(own.signal.reason).toBeInstanceOf(LockLostError);
      expect(own.shielded).toBe(0);
    });

    it('has both limits later by what the shield may take', async () => {
      const own = watched(1_000, 3_000);
      const end = own.run(() => new Promise(() => undefined));
      own.beginShield('10s');
      await vi.advanceTimersByTimeAsync(10_999);
      expect(own.signal.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(2);
      expect(own.signal.reason).toMatchObject({ name: 'SoftTimeLimitExceeded' });
      await vi.advanceTimersByTimeAsync(2_000);
      expect(await end).toMatchObject({ kind: 'abandoned' });
    });

    it('is not begun by code that is to stop already', () => {
      const own = watched(null, null);
      own.abort(new LockLostError('q.1'));
      expect(() => own.beginShield('10s')).toThrow(LockLostError);
      expect(own.shielded).toBe(0);
    });

    it('is broken off at once by a worker that can wait no longer', async () => {
      const own = watched(null, null);
      const end = own.run(() => new Promise(() => undefined));
      own.beginShield('10s');
      own.cutShort();
      expect(own.signal.aborted).toBe(true);
      expect(await end).toEqual({ kind: 'handedBack' });
    });
  });

  it('what waits on the signal and throws a bare AbortError is explained by the reason', async () => {
    const own = watched(10, null);
    const end = own.run(async () => {
      await new Promise((_, reject) => {
        own.signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      });
    });
    await vi.advanceTimersByTimeAsync(20);
    expect(await end).toMatchObject({ kind: 'threw', error: { name: 'SoftTimeLimitExceeded' } });
  });

  it('ends once: code that ends after it was given up is reported as late, and its result refused', async () => {
    const own = watched(null, 100);
    let finish: (value: string) => void = () => undefined;
    const end = own.run(() => new Promise((resolve) => (finish = resolve)));
    await vi.advanceTimersByTimeAsync(101);
    expect((await end).kind).toBe('abandoned');
    expect(late).toEqual([]);
    finish('too late');
    await vi.advanceTimersByTimeAsync(0);
    expect(late).toEqual([own]);
  });

  it('handed back, it ends so and its signal says ShuttingDown', async () => {
    const own = watched(1_000, 2_000);
    const end = own.run(() => new Promise(() => undefined));
    own.cutShort();
    expect(await end).toEqual({ kind: 'handedBack' });
    expect(own.signal.reason).toMatchObject({ name: 'ShuttingDown' });
  });

  it.each([{ acks: 'early' }, { onWorkerLost: 'fail' }] as const)(
    'cut short, it fails if it must not run again: %o',
    async (wish) => {
      const own = new Attempt(delivery, [], {}, { ...DEFAULT_POLICY, ...wish }, (ended) => late.push(ended));
      const end = own.run(() => new Promise(() => undefined));
      own.cutShort();
      expect(await end).toMatchObject({ kind: 'threw', error: { name: 'WorkerLostError' } });
      expect(own.signal.reason).toMatchObject({ name: 'ShuttingDown' });
    },
  );

  it('extend() moves both limits', async () => {
    const own = watched(100, 200);
    const end = own.run(() => new Promise(() => undefined));
    own.extendLimits('1s');
    await vi.advanceTimersByTimeAsync(1_050);
    expect(own.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(60);
    expect(own.signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(100);
    expect(await end).toMatchObject({ kind: 'abandoned', error: { limit: '1200ms' } });
  });

  it('code that ends the moment its hard limit aborts the signal does not go on as abandoned', async () => {
    const own = watched(null, 100);
    const { signal } = own;
    const code = () =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const abandoned = new AbandonedRuns(new TaskEvents(), { worker: { maxAbandoned: 5 } } as ResolvedOptions);
    const end = own.run(code).then(({ kind }) => abandoned.add(own, kind as 'abandoned'));
    await vi.advanceTimersByTimeAsync(101);
    await end;
    expect(abandoned.list()).toEqual([]);
  });
});
