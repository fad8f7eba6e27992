import { describe, expect, it } from 'vitest';
import { latestSlot, nextSlot } from './index.js';

describe('an interval', () => {
  it.each([
    [{ every: 600, from: 0 }, 0, 600],
    [{ every: 600, from: 0 }, 599, 600],
    [{ every: 600, from: 0 }, 600, 1_200],
    [{ every: 600, from: 0 }, -1, 0],
    [{ every: 600, from: 0 }, -601, -600],
    [{ every: 600, from: 0 }, -600, 0],
    [{ every: 600, from: 50 }, 0, 50],
    [{ every: 600, from: 50 }, 50, 650],
    [{ every: 600, from: 10_000 }, 0, 400],
    [{ every: 600, from: -50 }, 0, 550],
    [{ every: 7, from: 1_790_000_000_003 }, 1_790_000_000_009, 1_790_000_000_010],
  ])('%o is next due after %i at %i', (when, after, expected) => {
    expect(nextSlot(when, after)).toBe(expected);
  });

  it.each([
    [{ every: 600, from: 0 }, 0, 599, undefined],
    [{ every: 600, from: 0 }, 0, 600, 600],
    [{ every: 600, from: 0 }, -1, 599, 0],
    [{ every: 600, from: 0 }, 600, 600, undefined],
    [{ every: 600, from: 50 }, -2_000, -551, -1_150],
    [{ every: 600, from: 10_000 }, 0, 9_000, 8_800],
  ])('%o was last due in (%i, %i] at %s', (when, after, until, expected) => {
    expect(latestSlot(when, after, until)).toBe(expected);
  });
});

describe('a schedule that is due once', () => {
  it('is due at its time and never again', () => {
    expect(nextSlot({ at: 1_000 }, 999)).toBe(1_000);
    expect(nextSlot({ at: 1_000 }, 1_000)).toBeUndefined();
  });

  it('was due in every span that holds its time', () => {
    expect(latestSlot({ at: 1_000 }, 999, 1_000)).toBe(1_000);
    expect(latestSlot({ at: 1_000 }, 0, 5_000)).toBe(1_000);
    expect(latestSlot({ at: 1_000 }, 0, 999)).toBeUndefined();
    expect(latestSlot({ at: 1_000 }, 1_000, 5_000)).toBeUndefined();
  });
});
