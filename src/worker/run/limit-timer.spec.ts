import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LimitTimer } from './limit-timer.js';

describe('the timer of a limit', () => {
  const rung: string[] = [];
  const begin = (name: string, limit: number) => {
    const limited = { startedAt: performance.now(), onLimit: () => void rung.push(name) };
    const timer = LimitTimer.of(limit);
    timer.add(limited);
    return () => timer.remove(limited);
  };

  beforeEach(() => {
    rung.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('rings for each at its own time, with one timer for all', async () => {
    begin('a', 1_000);
    await vi.advanceTimersByTimeAsync(400);
    begin('b', 1_000);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(601);
    expect(rung).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(398);
    expect(rung).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(3);
    expect(rung).toEqual(['a', 'b']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not ring for what has ended, and does not keep the others waiting for it', async () => {
    const end = begin('a', 1_000);
    await vi.advanceTimersByTimeAsync(400);
    begin('b', 1_000);
    end();
    await vi.advanceTimersByTimeAsync(990);
    expect(rung).toEqual([]);
    await vi.advanceTimersByTimeAsync(12);
    expect(rung).toEqual(['b']);
  });

  it('leaves no timer behind when everything has ended, and begins anew after that', async () => {
    begin('a', 1_000)();
    expect(vi.getTimerCount()).toBe(0);
    begin('b', 1_000);
    await vi.advanceTimersByTimeAsync(1_001);
    expect(rung).toEqual(['b']);
  });

  it('keeps limits apart', async () => {
    begin('long', 2_000);
    begin('short', 500);
    await vi.advanceTimersByTimeAsync(501);
    expect(rung).toEqual(['short']);
  });
});
