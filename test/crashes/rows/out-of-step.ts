import { outOfStep, POLICIES, succeeded } from '../ending.js';
import { POOLS } from '../points.js';
import { PAST_A_RENEWAL, PAST_A_RETURN, type Row, SHARED } from '../row.js';

/** The process is stopped, or its event loop blocked, for longer than the lock; then it goes on. */
export const OUT_OF_STEP: readonly Row[] = [
  {
    title: 'it is paused when it has been fetched',
    pools: POOLS,
    policies: POLICIES,
    weapons: ['SIGSTOP'],
    lasts: PAST_A_RETURN,
    strikes: (by) => [{ at: 'fetched', by, times: 1 }],
    // What was paused begins behind the delivery that counts.
    ends: (policy) =>
      policy === 'redeliver'
        ? { ...outOfStep(policy), runs: 2, result: 1 }
        : { ...outOfStep(policy), runs: 1 },
  },
  {
    title: 'it is paused while its code runs',
    pools: SHARED,
    policies: POLICIES,
    weapons: ['SIGSTOP', 'busy loop'],
    lastsAgain: PAST_A_RETURN,
    strikes: (by) => [{ at: 'code', by, times: 1 }],
    ends: (policy) => ({ ...outOfStep(policy), signal: 'LockLostError' }),
  },
  {
    title: 'it is paused while it renews the lock',
    pools: POOLS,
    policies: POLICIES,
    weapons: ['SIGSTOP'],
    lasts: PAST_A_RENEWAL,
    lastsAgain: PAST_A_RETURN,
    strikes: (by) => [{ at: 'renewing', by, times: 1 }],
    ends: (policy) => outOfStep(policy),
  },
  {
    title: 'it is paused before it settles',
    pools: POOLS,
    policies: POLICIES,
    weapons: ['SIGSTOP'],
    lastsAgain: PAST_A_RETURN,
    strikes: (by) => [{ at: 'before settling', by, times: 1 }],
    ends: (policy) => outOfStep(policy),
  },
  {
    title: 'it is paused before a hand-back',
    pools: POOLS,
    policies: ['redeliver'],
    weapons: ['SIGSTOP'],
    lastsAgain: PAST_A_RETURN,
    strikes: (by) => [
      { at: 'code', by: 'SIGTERM', times: 1 },
      { at: 'handing back', by, times: 1 },
    ],
    ends: (policy) => outOfStep(policy),
  },
  {
    title: 'it is paused when it has settled',
    pools: POOLS,
    policies: POLICIES,
    weapons: ['SIGSTOP'],
    strikes: (by) => [{ at: 'settled', by, times: 1 }],
    ends: () => succeeded(),
  },
  {
    title: 'its code does not end, on the event loop',
    pools: SHARED,
    policies: POLICIES,
    weapons: ['never settles'],
    timeLimit: '600ms',
    strikes: (by) => [{ at: 'code', by, times: 1 }],
    ends: () => ({
      state: 'failed',
      error: 'TimeLimitExceeded',
      runs: 1,
      losses: 0,
      signal: 'TimeLimitExceeded',
    }),
  },
];
