import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreClock } from '../store-clock.js';
import { Chore, type ChoreOptions } from './chore.js';

const MINUTE = 60_000;

type Work = (signal: AbortSignal) => Promise<void>;

const start = (work: Work, options: Partial<ChoreOptions> = {}) =>
  new Chore({ id: 'celeriac.sweep', about: 'sweeps', every: MINUTE, ...options }, work, new StoreClock());

describe('a chore', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    // In this order: a spy may stand on a fake.
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('begins within the time it is given, and comes again about every interval', async () => {
    const work = vi.fn<Work>(async () => undefined);
    const began = Date.now();
    const chore = start(work, { within: 1_000 });
    await vi.advanceTimersToNextTimerAsync();
    expect(Date.now() - began).toBeLessThanOrEqual(1_000);
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(20 * MINUTE);
    expect(work.mock.calls.length).toBeGreaterThanOrEqual(17);
    expect(work.mock.calls.length).toBeLessThanOrEqual(28);
    await chore.stop();
  });

  it('begins at once if it is to, and to the millisecond', async () => {
    const work = vi.fn<Work>(async () => undefined);
    const chore = start(work, { within: 0, jitter: 0 });
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(MINUTE - 1);
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(work).toHaveBeenCalledTimes(2);
    await chore.stop();
  });

  it('does not begin before the last run has ended', async () => {
    let end = () => {};
    const work = vi.fn<Work>(() => new Promise<void>((resolve) => (end = resolve)));
    const chore = start(work, { within: 0, jitter: 0 });
    await vi.advanceTimersByTimeAsync(3 * MINUTE);
    expect(work).toHaveBeenCalledTimes(1);
    end();
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(work).toHaveBeenCalledTimes(2);
    end();
    await chore.stop();
  });

  it('logs a run that fails, and comes again', async () => {
    const log = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const work = vi.fn<Work>(() => Promise.reject(new Error('no database')));
    const chore = start(work, { within: 0 });
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(work.mock.calls.length).toBeGreaterThan(1);
    expect(log).toHaveBeenCalledWith('"celeriac.sweep" (sweeps) failed; it runs again: Error: no database');
    await chore.stop();
  });

  it('tells a run that it should end, waits for that, and begins no other', async () => {
    let end = () => {};
    const work = vi.fn<Work>(async (signal) => {
      await new Promise<void>((resolve) => (end = resolve));
      expect(signal.aborted).toBe(true);
    });
    const chore = start(work, { within: 0 });
    const stopped = vi.fn<() => void>();
    const stopping = chore.stop().then(stopped);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(stopped).not.toHaveBeenCalled();
    end();
    await stopping;
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('does not begin when it is stopped before', async () => {
    const work = vi.fn<Work>(async () => undefined);
    const chore = start(work, { within: 1_000 });
    await chore.stop();
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(work).not.toHaveBeenCalled();
  });
});
