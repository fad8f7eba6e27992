import { describe, expect, it } from 'vitest';
import { oldestDue } from './queue-state.js';

describe('how long a call has been due', () => {
  const NOW = 1_000_000;
  const sample = (age: number, delay = 0, begun = 0) => ({ storedAt: NOW - age, delay, begun });
  it.each([
    ['none waits', [], undefined],
    ['the oldest of them', [sample(10), sample(30), sample(20)], 30],
    ['its delay is no waiting', [sample(3_600_000, 3_599_000)], 1_000],
    ['of what has begun before nobody knows', [sample(900, 0, 1)], undefined],
    ['a store whose clock is behind', [sample(-5)], 0],
  ])('%s', (_name, samples, due) => expect(oldestDue(samples, NOW)).toBe(due));
});
