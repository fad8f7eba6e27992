/** How a call must end, whatever befell it. */
export interface Ending {
  readonly state: 'succeeded' | 'failed' | 'quarantined';
  /** The class of the error it fails with. */
  readonly error?: 'WorkerLostError' | 'TimeLimitExceeded';
  /** How often its code begins. */
  readonly runs: number;
  /** Which of them gives the result; the last one unless said otherwise. */
  readonly result?: number;
  readonly retries?: number;
  /** How often it is lost; left open where chance decides. */
  readonly losses?: number;
  /** Crashes charged to it. */
  readonly charged?: number;
  /** The reason its signal is aborted with, in one of its runs. */
  readonly signal?: 'LockLostError' | 'ShuttingDown' | 'TimeLimitExceeded';
  /** A worker tells that it was lost. */
  readonly toldLost?: true;
}

/** What a task asks for when its worker is lost: late acks and redeliver, late acks and fail, early acks. */
export const POLICIES = ['redeliver', 'fail', 'early'] as const;
export type Policy = (typeof POLICIES)[number];

/**
 * Its process or its lock is lost: it runs again, or the new delivery fails it.
 *
 * @param ran how often its code had begun
 */
export const lost = (policy: Policy, ran = 1): Ending =>
  policy === 'redeliver'
    ? { state: 'succeeded', runs: ran + 1, losses: 1 }
    : { state: 'failed', error: 'WorkerLostError', runs: ran, losses: 1 };

/** Its child process dies: its worker lives, and fails it itself. */
export const childLost = (policy: Policy): Ending => ({
  ...lost(policy),
  losses: policy === 'redeliver' ? 1 : 0,
});

/** It was out of step for longer than its lock: what it came to is refused. */
export const outOfStep = (policy: Policy): Ending => ({ ...lost(policy), toldLost: true });

export const succeeded = (runs = 1, losses = 0): Ending => ({ state: 'succeeded', runs, losses });
