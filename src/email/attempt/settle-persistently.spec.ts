import { describe, expect, it } from 'vitest';
import { settlePersistently } from './settle-persistently.js';

describe('an outcome', () => {
  it('is written through a short trouble of the database', async () => {
    let failures = 6;
    const write = () => (failures-- > 0 ? Promise.reject(new Error('down')) : Promise.resolve('written'));
    await expect(settlePersistently(write, 0)).resolves.toBe('written');
  });

  it('is given up after seven tries, with the last error', async () => {
    let tries = 0;
    const write = () => Promise.reject(new Error(`down ${++tries}`));
    await expect(settlePersistently(write, 0)).rejects.toThrow('down 7');
  });
});
