import { describe, expect, it } from 'vitest';
import { StoreClock } from '../store-clock.js';
import { Housekeeping } from './housekeeping.js';

const chore = { id: 'celeriac.sweep', about: 'sweeps', every: 60_000 };

describe('housekeeping', () => {
  it('is known from its first run on, with how the last one went', async () => {
    const clock = new StoreClock();
    clock.adjust(3_600_000);
    const housekeeping = new Housekeeping(clock);
    let error: Error | undefined;
    const sweep = housekeeping.known(chore, async () => {
      if (error) throw error;
    });
    expect(housekeeping.all()).toEqual([]);
    await sweep();
    expect(housekeeping.all()).toEqual([{ ...chore, at: expect.any(Number) as number, failed: false }]);
    expect(housekeeping.all()[0]?.at).toBeGreaterThan(Date.now() + 3_000_000);
    error = new Error('no database');
    await expect(sweep()).rejects.toThrow('no database');
    expect(housekeeping.all()).toMatchObject([{ failed: true }]);
  });
});
