import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Delivery } from '../tasks/broker-port.js';
import { LONGEST_TIMER } from '../tasks/duration.js';
import { DEFAULT_POLICY } from '../tasks/options/task-policy.js';
import { Attempt } from './run/attempt.js';
import { RunningAttempts } from './running-attempts.js';

const DAY = 86_400_000;

describe('running attempts', () => {
  let running: RunningAttempts;
  let rung: string[];
  const begin = (id: string, timeLimit: number | null) => {
    const limits = { ...DEFAULT_POLICY, softTimeLimit: null, timeLimit };
    const attempt = new Attempt({ id, name: 'task' } as Delivery, [], {}, limits, () => undefined);
    running.add(attempt);
    void attempt
      .run(() => new Promise(() => undefined))
      .then(() => {
        rung.push(id);
        running.remove(attempt);
      });
    return attempt;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    running = new RunningAttempts();
    rung = [];
  });
  afterEach(() => {
    // In this order: a spy may stand on a fake.
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('each is told when its own limit passes, with one timer for all', async () => {
    begin('a', 1_000);
    await vi.advanceTimersByTimeAsync(400);
    begin('b', 1_000);
    begin('soon', 100);
    begin('never', null);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(101);
    expect(rung).toEqual(['soon']);
    await vi.advanceTimersByTimeAsync(500);
    expect(rung).toEqual(['soon', 'a']);
    await vi.advanceTimersByTimeAsync(398);
    expect(rung).toEqual(['soon', 'a']);
    await vi.advanceTimersByTimeAsync(3);
    expect(rung).toEqual(['soon', 'a', 'b']);
    expect(running.all().map(({ id }) => id)).toEqual(['never']);
  });

  it('those that ended are forgotten, wherever they stood, and the others stay', () => {
    const attempts = ['a', 'b', 'c', 'd'].map((id) => begin(id, 1_000));
    for (const [index, left] of [
      [1, 'acd'],
      [3, 'ac'],
      [0, 'c'],
      [2, ''],
    ] as const) {
      running.remove(attempts[index] as Attempt);
      expect(
        running
          .all()
          .map(({ id }) => id)
          .toSorted()
          .join(''),
      ).toBe(left);
    }
    expect(running.find('a')).toBeUndefined();
  });

  it('the timer does not wait for what has ended, nor keep the process alive', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    running.remove(begin('a', 1_000));
    const timer = timers.mock.results[0]?.value as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(false);
    await vi.advanceTimersByTimeAsync(1_001);
    expect(vi.getTimerCount()).toBe(0);
    begin('b', 500);
    await vi.advanceTimersByTimeAsync(501);
    expect(rung).toEqual(['b']);
  });

  it('a limit beyond what a timer can wait for does not keep the process busy', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    begin('a', 30 * DAY);
    expect(timers).toHaveBeenLastCalledWith(expect.any(Function), LONGEST_TIMER);
    await vi.advanceTimersByTimeAsync(LONGEST_TIMER);
    expect(rung).toEqual([]);
    await vi.advanceTimersByTimeAsync(30 * DAY - LONGEST_TIMER + 1);
    expect(rung).toEqual(['a']);
  });

  it('empty() waits for the last to end, and all who wait are told', async () => {
    await running.empty();
    const [first, second] = [begin('a', null), begin('b', null)];
    let emptied = 0;
    for (let waiting = 0; waiting < 2; waiting++) void running.empty().then(() => emptied++);
    first.cutShort();
    await vi.advanceTimersByTimeAsync(0);
    expect(emptied).toBe(0);
    second.cutShort();
    await vi.advanceTimersByTimeAsync(0);
    expect(emptied).toBe(2);
  });
});
