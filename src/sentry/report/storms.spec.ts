import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Storms } from './storms.js';

describe('a storm of events alike', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const storms = () => new Storms({ events: 2, period: 1_000 });

  it('lets the first go, and tells at the end of the period how many were kept back', () => {
    const gate = storms();
    const told: number[] = [];
    const admitted = Array.from({ length: 7 }, () => gate.admit(['a'], (count) => told.push(count)));
    expect(admitted).toEqual([true, true, false, false, false, false, false]);
    vi.advanceTimersByTime(999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([5]);
    expect(gate.admit(['a'], () => undefined)).toBe(true);
  });

  it('does not concern other events', () => {
    const gate = storms();
    for (let i = 0; i < 5; i++) gate.admit(['a', 'b'], () => undefined);
    expect(gate.admit(['a', 'c'], () => undefined)).toBe(true);
    expect(gate.admit(['a,b'], () => undefined)).toBe(true);
  });

  it('that was none is not told of', () => {
    const gate = storms();
    const told: number[] = [];
    gate.admit(['a'], (count) => told.push(count));
    vi.advanceTimersByTime(5_000);
    gate.close();
    expect(told).toEqual([]);
  });

  it('is told of at the end of the process, once', () => {
    const gate = storms();
    const told: number[] = [];
    for (let i = 0; i < 3; i++) gate.admit(['a'], (count) => told.push(count));
    gate.close();
    vi.advanceTimersByTime(5_000);
    expect(told).toEqual([1]);
  });

  it('goes through if nothing is to be throttled', () => {
    const gate = new Storms(null);
    expect(Array.from({ length: 50 }, () => gate.admit(['a'], () => undefined))).not.toContain(false);
  });
});
