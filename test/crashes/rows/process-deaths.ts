import { lost, POLICIES, succeeded } from '../ending.js';
import { POOLS } from '../points.js';
import { DEATHS, DEATHS_BY_CODE, PAST_A_RENEWAL, type Row, SHARED } from '../row.js';
import { ALWAYS } from '../script.js';

/** Of a brittle task. */
const MOST_DELIVERIES = 3;

/** The process of the worker dies. */
export const PROCESS_DEATHS: readonly Row[] = [
  {
    title: 'its process dies when it has been fetched',
    pools: POOLS,
    policies: POLICIES,
    weapons: DEATHS,
    strikes: (by) => [{ at: 'fetched', by, times: 1 }],
    ends: (policy) => lost(policy, 0),
  },
  {
    title: 'its process dies as often as it may be lost',
    pools: POOLS,
    policies: ['redeliver'],
    weapons: DEATHS,
    brittle: true,
    strikes: (by) => [{ at: 'fetched', by, times: MOST_DELIVERIES }],
    ends: () => ({ state: 'quarantined', runs: 0, losses: MOST_DELIVERIES, charged: 0 }),
  },
  {
    title: 'its process dies while its code runs',
    pools: SHARED,
    policies: POLICIES,
    weapons: DEATHS_BY_CODE,
    strikes: (by) => [{ at: 'code', by, times: 1 }],
    ends: (policy) => lost(policy),
  },
  {
    title: 'poison',
    pools: POOLS,
    policies: ['redeliver'],
    weapons: DEATHS_BY_CODE,
    strikes: (by) => [{ at: 'code', by, times: ALWAYS }],
    // The first death of a shared process is not charged. The last one alone in a process is counted as a loss, too.
    ends: (_policy, pool) => ({
      state: 'quarantined',
      runs: pool === 'prefork' ? 3 : 4,
      losses: pool === 'prefork' ? 2 : pool === 'async' ? 3 : 4,
      charged: 3,
    }),
  },
  {
    title: 'its process dies while it renews the lock',
    pools: POOLS,
    policies: POLICIES,
    weapons: DEATHS,
    lasts: PAST_A_RENEWAL,
    strikes: (by) => [{ at: 'renewing', by, times: 1 }],
    ends: (policy) => lost(policy),
  },
  {
    title: 'its process dies before it settles a success',
    pools: POOLS,
    policies: POLICIES,
    weapons: DEATHS,
    strikes: (by) => [{ at: 'before settling', by, times: 1 }],
    ends: (policy) => lost(policy),
  },
  {
    title: 'its process dies before it settles a retry',
    pools: POOLS,
    policies: POLICIES,
    weapons: DEATHS,
    throws: 1,
    strikes: (by) => [{ at: 'before settling', by, times: 1 }],
    ends: (policy) => (policy === 'redeliver' ? { ...succeeded(3, 1), retries: 1 } : lost(policy)),
  },
  {
    title: 'its process dies when it has settled a success',
    pools: POOLS,
    policies: POLICIES,
    weapons: [...DEATHS, 'late rejection'],
    strikes: (by) => [{ at: 'settled', by, times: 1 }],
    ends: () => succeeded(),
  },
  {
    title: 'its process dies when it has settled a retry',
    pools: POOLS,
    policies: POLICIES,
    weapons: DEATHS,
    throws: 1,
    strikes: (by) => [{ at: 'settled', by, times: 1 }],
    ends: () => ({ ...succeeded(2), retries: 1 }),
  },
  {
    title: 'its process dies when it is to run alone',
    pools: ['async, no app'],
    policies: ['redeliver'],
    weapons: DEATHS,
    strikes: (by) => [
      { at: 'code', by, times: 1 },
      { at: 'marked alone', by, times: 1 },
    ],
    ends: () => ({ ...succeeded(2, 2), charged: 1 }),
  },
  {
    title: 'its process dies while the death it died alone is kept',
    pools: ['async, no app'],
    policies: ['redeliver'],
    weapons: DEATHS,
    strikes: (by) => [
      { at: 'code', by, times: 2 },
      { at: 'crash kept', by, times: 1 },
    ],
    ends: () => ({ ...succeeded(3, 3), charged: 1 }),
  },
];
