import { describe, expect, it } from 'vitest';
import { CachedLook } from './cached-look.js';

const unheard = (error: unknown) => expect.fail(String(error));
const never = new Promise<number>(() => undefined);

describe('a look that many share', () => {
  it('is taken once for all who ask at the same time, and while its answer holds', async () => {
    let looks = 0;
    const look = new CachedLook(() => Promise.resolve(++looks), 60_000, 1_000, unheard);
    expect(await Promise.all([look.get(), look.get(), look.get()])).toEqual([1, 1, 1]);
    expect(await look.get()).toBe(1);
  });

  it('is taken again when its answer does not hold', async () => {
    let looks = 0;
    const look = new CachedLook(() => ++looks, 0, 1_000, unheard);
    expect([await look.get(), await look.get()]).toEqual([1, 2]);
  });

  it('that does not come back is waited for once', async () => {
    let looks = 0;
    const look = new CachedLook(
      () => {
        looks++;
        return never;
      },
      0,
      50,
      unheard,
    );
    expect(await look.get()).toBeUndefined();
    const began = performance.now();
    expect(await Promise.all([look.get(), look.get()])).toEqual([undefined, undefined]);
    expect(performance.now() - began).toBeLessThan(40);
    expect(looks).toBe(1);
  });

  it('that fails is told, and taken again', async () => {
    const failures: unknown[] = [];
    let broken = true;
    const look = new CachedLook(
      () => {
        if (broken) throw new Error('away');
        return 1;
      },
      60_000,
      1_000,
      (error) => failures.push(error),
    );
    expect(await look.get()).toBeUndefined();
    broken = false;
    expect(await look.get()).toBe(1);
    expect(failures).toHaveLength(1);
  });
});
