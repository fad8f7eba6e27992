import { type Ending, lost, POLICIES, succeeded } from '../ending.js';
import { POOLS } from '../points.js';
import { DEATHS, type Row, SHUTDOWNS, WITH_CHILDREN } from '../row.js';

/** The worker is asked to stop. */
export const SHUTDOWNS_IN_TIME: readonly Row[] = [
  {
    title: 'its worker shuts down while its code runs',
    pools: POOLS,
    policies: POLICIES,
    weapons: SHUTDOWNS,
    strikes: (by) => [{ at: 'code', by, times: 1 }],
    ends: (policy, pool): Ending => ({
      ...lost(policy),
      losses: 0,
      // A child is killed before it could hear of it.
      ...(pool !== 'prefork' && { signal: 'ShuttingDown' }),
    }),
  },
  {
    title: 'its worker shuts down while it waits for a child',
    pools: WITH_CHILDREN,
    policies: ['fail', 'early'],
    weapons: SHUTDOWNS,
    isolated: true,
    blocked: true,
    strikes: (by) => [{ at: 'waiting for a child', by, times: 1 }],
    ends: () => succeeded(),
  },
  {
    title: 'its process dies in a shutdown, before the hand-back',
    pools: POOLS,
    policies: ['redeliver'],
    weapons: DEATHS,
    strikes: (by) => [
      { at: 'code', by: 'SIGTERM', times: 1 },
      { at: 'handing back', by, times: 1 },
    ],
    ends: (policy) => lost(policy),
  },
  {
    title: 'its process dies in a shutdown, after the hand-back',
    pools: POOLS,
    policies: ['redeliver'],
    weapons: DEATHS,
    strikes: (by) => [
      { at: 'code', by: 'SIGTERM', times: 1 },
      { at: 'handed back', by, times: 1 },
    ],
    ends: () => succeeded(2),
  },
];
