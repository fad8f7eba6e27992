import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Broker } from '../tasks/broker-port.js';
import { ClockSkewError } from '../tasks/errors/broker.errors.js';
import { StoreClock } from '../tasks/store-clock.js';
import { ClockGuard } from './clock-guard.js';

describe('the clock guard', () => {
  afterEach(() => {
    // In this order: a spy may stand on a fake.
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  const guarded = (offsets: (number | Error)[]) => {
    vi.useFakeTimers();
    vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    vi.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    const measureClockOffset = async () => {
      const offset = offsets.length > 1 ? offsets.shift() : offsets[0];
      if (offset instanceof Error) throw offset;
      return offset;
    };
    const clock = new StoreClock();
    const guard = new ClockGuard({ measureClockOffset } as unknown as Broker, clock);
    const told: string[] = [];
    const limit = { lockTime: 10_000, stop: () => told.push('stop'), resume: () => told.push('resume') };
    return { clock, guard, limit, told };
  };

  it.each([5_001, -5_001])(
    'refuses to consume with an offset of %i ms and a lock time of 10 s',
    async (offset) => {
      const { guard, limit } = guarded([offset]);
      await expect(guard.start(limit)).rejects.toThrow(ClockSkewError);
    },
  );

  it('up to half the lock time the process consumes, in the time of the store', async () => {
    const { clock, guard, limit, told } = guarded([5_000]);
    await guard.start(limit);
    expect(clock.now() - Date.now()).toBe(5_000);
    expect(told).toEqual([]);
    guard.stop();
  });

  it('a process that does not consume follows the store, however far it is', async () => {
    const { clock, guard } = guarded([60_000, 90_000]);
    await guard.start();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(clock.now() - Date.now()).toBe(90_000);
    guard.stop();
  });

  it('stops once when the clock goes wrong, resumes once when it is right; an outage says nothing', async () => {
    const { guard, limit, told } = guarded([0, 6_000, 7_000, new Error('down'), 1, 0]);
    await guard.start(limit);
    await vi.advanceTimersByTimeAsync(30_000 * 6);
    expect(told).toEqual(['stop', 'resume']);
    guard.stop();
  });
});
