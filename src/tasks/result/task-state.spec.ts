import { describe, expect, it } from 'vitest';
import type { StoredJob } from '../broker-port.js';
import {
  encodeCompletion,
  encodeParking,
  encodeQuarantine,
  encodeSnooze,
} from '../envelope/stored-outcome.js';
import { readState } from './task-state.js';

const NOW = 1_790_000_000_000;
const envelope = (options: object = {}) => ({ v: 1, args: [], headers: {}, options });
const job = (facts: Partial<StoredJob>): StoredJob => ({
  id: 'q.1',
  name: 'task',
  data: envelope(),
  state: 'waiting',
  attemptsMade: 0,
  losses: 0,
  progress: undefined,
  returnValue: null,
  failedReason: undefined,
  stack: undefined,
  enqueuedAt: NOW - 1_000,
  startedAt: undefined,
  finishedAt: undefined,
  dueAt: undefined,
  ...facts,
});
const finished = { finishedAt: NOW };

describe('the state of a stored call', () => {
  const table: [
    string,
    Partial<StoredJob>,
    { state: string; reason?: string | undefined; attempts: number },
  ][] = [
    ['waiting', {}, { state: 'queued', reason: undefined, attempts: 0 }],
    ['waiting after a retry', { attemptsMade: 1, failedReason: 'E: x' }, { state: 'queued', attempts: 1 }],
    ['active', { state: 'active', attemptsMade: 2 }, { state: 'running', attempts: 3 }],
    ['delayed by its eta', { state: 'delayed' }, { state: 'delayed', reason: 'eta', attempts: 0 }],
    [
      'in backoff',
      { state: 'delayed', attemptsMade: 1, failedReason: 'E: x' },
      { state: 'delayed', reason: 'backoff: E: x', attempts: 1 },
    ],
    [
      'snoozed',
      { state: 'delayed', failedReason: encodeSnooze('y') },
      { state: 'delayed', reason: 'snoozed: y', attempts: 0 },
    ],
    [
      'parked',
      { state: 'delayed', failedReason: encodeParking(1, 'z') },
      { state: 'delayed', reason: 'parked: z', attempts: 0 },
    ],
    ['past its expiry, waiting', { data: envelope({ expires: NOW }) }, { state: 'expired', attempts: 0 }],
    [
      'past its expiry, delayed',
      { state: 'delayed', data: envelope({ expires: NOW - 1 }) },
      { state: 'expired', attempts: 0 },
    ],
    [
      'past its expiry, but running',
      { state: 'active', data: envelope({ expires: NOW - 1 }) },
      { state: 'running', attempts: 1 },
    ],
    [
      'succeeded',
      { state: 'completed', ...finished, attemptsMade: 1, returnValue: 5 },
      { state: 'succeeded', attempts: 1 },
    ],
    [
      'ignored',
      { state: 'completed', ...finished, attemptsMade: 1, returnValue: encodeCompletion('ignored', 'w') },
      { state: 'ignored', reason: 'w', attempts: 1 },
    ],
    [
      'expired at a worker',
      { state: 'completed', ...finished, attemptsMade: 1, returnValue: encodeCompletion('expired', 'w') },
      { state: 'expired', attempts: 0 },
    ],
    [
      'failed',
      { state: 'failed', ...finished, attemptsMade: 4, failedReason: 'E: x' },
      { state: 'failed', reason: 'E: x', attempts: 4 },
    ],
    [
      'quarantined',
      { state: 'failed', ...finished, attemptsMade: 1, failedReason: encodeQuarantine('v') },
      { state: 'quarantined', reason: 'v', attempts: 0 },
    ],
    ['without an envelope', { data: 'garbage' }, { state: 'queued', attempts: 0 }],
  ];
  it('an expiry that no Date can show is no reason to throw', () => {
    expect(readState(job({ data: envelope({ expires: -1e300 }) }), 'q', NOW).state).toBe('expired');
  });

  it.each(table)('%s', (_name, facts, expected) => {
    expect(readState(job(facts), 'q', NOW)).toMatchObject(expected);
  });
});
