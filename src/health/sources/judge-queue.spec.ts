import { describe, expect, it } from 'vitest';
import { judgeQueue, type QueueFacts } from './judge-queue.js';

const limits = { degradedAfter: 60_000, downAfter: 600_000, stalledAfter: 60_000, maxFailed: 10 };
const state = {
  waiting: 0,
  delayed: 0,
  active: 0,
  failed: 0,
  paused: false,
  oldestDue: undefined,
  overdue: 0,
  next: undefined,
};
const facts = (own: Partial<QueueFacts['state']> = {}, rest: Partial<QueueFacts> = {}): QueueFacts => ({
  state: { ...state, ...own },
  consumers: 1,
  idleFor: 1_000,
  nextFor: 0,
  ...rest,
});

describe('how a queue is', () => {
  it.each<[string, QueueFacts, string, RegExp | undefined]>([
    ['empty', facts(), 'up', undefined],
    ['empty, and idle for a day', facts({}, { idleFor: 86_400_000 }), 'up', undefined],
    ['nobody takes its calls', facts({ oldestDue: 700_000 }, { consumers: 0 }), 'unknown', /no worker/],
    ['paused', facts({ paused: true }), 'down', /paused/],
    ['paused, and nobody is there', facts({ paused: true }, { consumers: 0 }), 'unknown', /no worker/],
    ['a call waits for a while', facts({ oldestDue: 59_999 }), 'up', undefined],
    ['a call waits for a minute', facts({ oldestDue: 60_000 }), 'degraded', /waiting for 1m/],
    [
      'a call waits for ten minutes, while others begin',
      facts({ oldestDue: 600_000 }),
      'down',
      /waiting for 10m/,
    ],
    [
      'due, and nobody begins',
      facts({ oldestDue: 60_000 }, { idleFor: 60_000 }),
      'down',
      /no worker has begun any/,
    ],
    ['due for less than nobody has begun', facts({ oldestDue: 59_000 }, { idleFor: 1e6 }), 'up', undefined],
    [
      'delayed, due, and not made ready',
      facts({ overdue: 61_000 }, { idleFor: 61_000 }),
      'down',
      /begun any/,
    ],
    ['a retried call waits and waits', facts({}, { nextFor: 61_000, idleFor: 61_000 }), 'down', /begun any/],
    ['a call of low priority waits, while others begin', facts({}, { nextFor: 1e6 }), 'up', undefined],
    ['many have failed', facts({ failed: 10 }), 'degraded', /10 calls/],
  ])('%s', (_name, given, status, message) => {
    const report = judgeQueue(given, limits);
    expect(report.status).toBe(status);
    if (message) expect(report.message).toMatch(message);
    else expect(report.message).toBeUndefined();
  });
});
