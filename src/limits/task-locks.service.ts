import { Injectable } from '@nestjs/common';
import { type Duration, parseDuration } from '../tasks/duration.js';
import { LockedError, PermitLostError } from '../tasks/errors/limit.errors.js';
import { keyFrom } from '../tasks/options/limits/key-of.js';
import { timerDuration } from '../tasks/options/option-parsers.js';
import { lockGate } from './gate-of.js';
import { HeldPermits } from './held-permits.js';
import { Visitors } from './visit.js';

/** @publicApi */
export interface LockOptions {
  /** How long to wait for the lock; `'0s'` does not wait. Defaults to `'30s'`. */
  timeout?: Duration;
  /** How long the lock lives without renewal, should this process die. It is renewed while the code runs. Defaults to `'15s'`. */
  lease?: Duration;
}

/** A lock that is held. @publicApi */
export interface HeldLock {
  /**
   * Greater than that of every earlier holder of any lock. Store it with what you write, and refuse to write over a
   * greater one: then a holder that has lost its lock without noticing can do no harm.
   * https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html
   */
  readonly fencingToken: number;
  /** Aborted with {@link PermitLostError} as soon as the lock can no longer be relied on. */
  readonly signal: AbortSignal;
}

/**
 * Locks for any code, in any process of the application; the same as those of tasks (`lock`).
 *
 * @publicApi
 */
@Injectable()
export class TaskLocks {
  constructor(
    private readonly visitors: Visitors,
    private readonly held: HeldPermits,
  ) {}

  /**
   * Runs code while it holds a lock. It is no re-entrant lock: code that locks a key again waits for itself.
   *
   * @throws {@link LimitTimeoutError} when the time is up, {@link LockedError} if it is not to wait
   * @throws {@link InvalidKeyError}, {@link BrokerUnavailableError}, and whatever the code throws
   */
  async withLock<R>(
    key: string,
    code: (lock: HeldLock) => Promise<R> | R,
    options: LockOptions = {},
  ): Promise<R> {
    const gate = lockGate(keyFrom('withLock', 'key', () => key, []));
    const what = `The lock ${JSON.stringify(key)}`;
    const lease = timerDuration(options.lease ?? '15s', 'withLock', 'lease');
    const timeout = parseDuration(options.timeout ?? '30s');
    const visit = await this.visitors.enter(gate, { what, timeout, lease });
    if ('delay' in visit) throw new LockedError(key);
    const { member, answer, asked } = visit;
    const controller = new AbortController();
    const holding = { member, fence: answer.fence, gates: [gate.id] };
    this.held.add(holding, lease, asked, () => controller.abort(new PermitLostError(what)));
    try {
      return await code({ fencingToken: answer.fence, signal: controller.signal });
    } finally {
      this.held.release(holding);
    }
  }
}
