import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BackgroundJob } from './background-job.js';

const MINUTE = 60_000;

type Work = (signal: AbortSignal) => Promise<void>;

describe('a background job', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('begins within the time it is given, and comes again about every interval', async () => {
    const work = vi.fn<Work>(async () => undefined);
    const job = new BackgroundJob('It', MINUTE, work);
    job.start(1_000);
    const began = Date.now();
    await vi.advanceTimersToNextTimerAsync();
    expect(Date.now() - began).toBeLessThanOrEqual(1_000);
    expect(work).toHaveBeenCalledTimes(1);
    for (let times = 1; times <= 20; times++) {
      await vi.advanceTimersByTimeAsync(0.75 * MINUTE - 1);
      expect(work).toHaveBeenCalledTimes(times);
      await vi.advanceTimersToNextTimerAsync();
      expect(work).toHaveBeenCalledTimes(times + 1);
    }
    await job.stop();
  });

  it('logs a run that fails, and comes again', async () => {
    const log = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    const work = vi.fn<Work>(() => Promise.reject(new Error('no database')));
    const job = new BackgroundJob('The sweep', MINUTE, work);
    job.start(0);
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(work.mock.calls.length).toBeGreaterThan(1);
    expect(log).toHaveBeenCalledWith('The sweep failed; it runs again: Error: no database');
    await job.stop();
  });

  it('tells a run that it should end, waits for that, and begins no other', async () => {
    let end = () => {};
    const work = vi.fn<Work>(async (signal) => {
      await new Promise<void>((resolve) => (end = resolve));
      expect(signal.aborted).toBe(true);
    });
    const job = new BackgroundJob('It', MINUTE, work);
    job.start(0);
    await vi.advanceTimersByTimeAsync(0);
    const stopped = vi.fn<() => void>();
    const stopping = job.stop().then(stopped);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(stopped).not.toHaveBeenCalled();
    end();
    await stopping;
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('does not begin when it is stopped before', async () => {
    const work = vi.fn<Work>(async () => undefined);
    const job = new BackgroundJob('It', MINUTE, work);
    job.start(1_000);
    await job.stop();
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(work).not.toHaveBeenCalled();
  });
});
