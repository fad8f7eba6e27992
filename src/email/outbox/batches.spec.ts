import { describe, expect, it } from 'vitest';
import { Batches } from './batches.js';

describe('requests of one kind', () => {
  /** Answers with ten times the number, when it is told to. */
  const make = () => {
    const runs: (readonly number[])[] = [];
    const releases: (() => void)[] = [];
    const batches = new Batches<number, number>(async (numbers) => {
      runs.push(numbers);
      await new Promise<void>((resolve) => releases.push(resolve));
      if (numbers.includes(13)) throw new Error('unlucky');
      return numbers.map((number) => number * 10);
    });
    const release = async () => {
      releases.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { batches, runs, release };
  };

  it('go at once when none is under way, and together when one is', async () => {
    const { batches, runs, release } = make();
    const all = [1, 2, 3].map((number) => batches.add(number));
    expect(runs).toEqual([[1]]);
    await release();
    expect(runs).toEqual([[1], [2, 3]]);
    await release();
    expect(await Promise.all(all)).toEqual([10, 20, 30]);
  });

  it('go on by themselves when they fail together: only the one at fault fails', async () => {
    const { batches, runs, release } = make();
    const all = Promise.allSettled([1, 2, 13, 3].map((number) => batches.add(number)));
    for (let times = 0; times < 5; times++) await release();
    // Side by side: one that is slow does not hold up the others.
    expect(runs).toEqual([[1], [2, 13, 3], [2], [13], [3]]);
    expect((await all).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    const later = batches.add(5);
    await release();
    expect(await later).toBe(50);
  });

  it('never wait for more than fifty others', async () => {
    const { batches, runs, release } = make();
    const all = Array.from({ length: 121 }, (_, number) => batches.add(100 + number));
    for (let times = 0; times < 4; times++) await release();
    await Promise.all(all);
    expect(runs.map(({ length }) => length)).toEqual([1, 50, 50, 20]);
  });
});
