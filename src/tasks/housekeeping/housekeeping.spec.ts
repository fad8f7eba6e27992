import type { ModuleRef } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreClock } from '../store-clock.js';
import { Housekeeping } from './housekeeping.js';

const chore = { id: 'celeriac.sweep', about: 'sweeps', every: 60_000 };

describe('housekeeping', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is known from its first run on, with how the last one went, until it is stopped', async () => {
    const clock = new StoreClock();
    clock.adjust(3_600_000);
    const housekeeping = new Housekeeping(clock, {} as ModuleRef, undefined);
    let error: Error | undefined;
    const sweep = housekeeping.start({ ...chore, jitter: 0 }, async () => {
      if (error) throw error;
    });
    expect(housekeeping.all()).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(housekeeping.all()).toEqual([{ ...chore, at: expect.any(Number) as number, failed: false }]);
    expect(housekeeping.all()[0]?.at).toBeGreaterThan(Date.now() + 3_000_000);
    error = new Error('no database');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(housekeeping.all()).toMatchObject([{ failed: true }]);
    await sweep.stop();
    expect(housekeeping.all()).toEqual([]);
  });
});
