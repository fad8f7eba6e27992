import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settlePersistently } from './settle-persistently.js';

describe('an outcome', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('is written through a trouble of the database', async () => {
    let failures = 6;
    const write = () => (failures-- > 0 ? Promise.reject(new Error('down')) : Promise.resolve('written'));
    const written = settlePersistently(write, 10_000);
    await vi.runAllTimersAsync();
    expect(await written).toBe('written');
  });

  it('is given up when the time is over, with the last error', async () => {
    let tries = 0;
    const write = () => Promise.reject(new Error(`down ${++tries}`));
    const written = settlePersistently(write, 60_000).catch((error: Error) => error.message);
    await vi.runAllTimersAsync();
    expect(await written).toBe('down 17');
  });
});
