import { childLost, lost, POLICIES, succeeded } from '../ending.js';
import { DEATHS, DEATHS_BY_CODE, type Row, WITH_CHILDREN } from '../row.js';

/** The child process that runs the code dies; or its parent, around that. */
export const CHILD_DEATHS: readonly Row[] = [
  {
    title: 'its child dies while its code runs',
    pools: WITH_CHILDREN,
    policies: POLICIES,
    weapons: DEATHS_BY_CODE,
    isolated: true,
    strikes: (by) => [{ at: 'code', by, times: 1 }],
    ends: (policy) => ({ ...childLost(policy), charged: 1 }),
  },
  {
    title: 'its child dies before it tells the end',
    pools: WITH_CHILDREN,
    policies: POLICIES,
    weapons: DEATHS,
    isolated: true,
    strikes: (by) => [{ at: 'child: before telling', by, times: 1 }],
    ends: (policy) => ({ ...childLost(policy), charged: 1 }),
  },
  {
    title: 'its child dies when it has told the end',
    pools: WITH_CHILDREN,
    policies: POLICIES,
    weapons: DEATHS,
    isolated: true,
    // One of them may be given to that child as it dies.
    innocents: 'early',
    strikes: (by) => [{ at: 'child: told', by, times: 1 }],
    ends: () => succeeded(),
  },
  {
    title: 'its code does not end, in a child',
    pools: WITH_CHILDREN,
    policies: POLICIES,
    weapons: ['never settles', 'busy loop', 'SIGSTOP'],
    isolated: true,
    timeLimit: '600ms',
    strikes: (by) => [{ at: 'code', by, times: 1 }],
    ends: () => ({ ...succeeded(2), retries: 1 }),
  },
  {
    title: 'its child dies, and its parent when it has kept that',
    pools: WITH_CHILDREN,
    policies: POLICIES,
    weapons: DEATHS,
    isolated: true,
    strikes: (by) => [
      { at: 'code', by: 'exit', times: 1 },
      { at: 'crash kept', by, times: 1 },
    ],
    ends: (policy) => ({ ...lost(policy), charged: 1 }),
  },
  {
    title: 'its child dies, and its parent before the hand-back',
    pools: WITH_CHILDREN,
    policies: ['redeliver'],
    weapons: DEATHS,
    isolated: true,
    strikes: (by) => [
      { at: 'code', by: 'exit', times: 1 },
      { at: 'handing back', by, times: 1 },
    ],
    ends: (policy) => ({ ...lost(policy), charged: 1 }),
  },
  {
    title: 'its child dies, and its parent after the hand-back',
    pools: WITH_CHILDREN,
    policies: ['redeliver'],
    weapons: DEATHS,
    isolated: true,
    strikes: (by) => [
      { at: 'code', by: 'exit', times: 1 },
      { at: 'handed back', by, times: 1 },
    ],
    // Its parent may have fetched it again by then.
    ends: () => ({ state: 'succeeded', runs: 2, charged: 1 }),
  },
  {
    title: 'its process dies while it waits for a child',
    pools: WITH_CHILDREN,
    policies: ['fail', 'early'],
    weapons: DEATHS,
    isolated: true,
    blocked: true,
    strikes: (by) => [{ at: 'waiting for a child', by, times: 1 }],
    ends: () => succeeded(1, 1),
  },
  {
    title: 'its process dies when it has waited for a child and ran',
    pools: WITH_CHILDREN,
    policies: ['fail', 'early'],
    weapons: DEATHS,
    isolated: true,
    blocked: true,
    strikes: (by) => [{ at: 'before settling', by, times: 1 }],
    ends: (policy) => lost(policy),
  },
];
