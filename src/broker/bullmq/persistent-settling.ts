import { setTimeout as sleep } from 'node:timers/promises';
import type { IQueueBackend, JobState } from 'bullmq';
import { LockLostError } from '../../tasks/errors/broker.errors.js';
import { isRefusal } from './refusal.js';

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1_000;

/**
 * Makes a worker's backend finish what it began.
 *
 * BullMQ answers a failed `moveToCompleted` by failing the job: a dropped connection would turn a success into
 * a failure and run it again. Here an operation whose outcome is unknown is repeated until the store answers or
 * the lock has run out. If it then says that the job is no longer ours, the job's state tells whether an earlier
 * try had taken effect. What an attempt could not complete, it does not fail instead.
 *
 * @param onGivenUp told of every settlement that the store refused, or did not answer for as long as the lock lived
 */
export function settlePersistently(
  backend: IQueueBackend,
  lockTime: number,
  onGivenUp: (id: string, error: Error) => void,
): IQueueBackend {
  /** Completions that were given up, until BullMQ tries to fail them. */
  const incomplete = new Set<string>();

  /** @param failure of the first try */
  async function settle<T>(
    failure: unknown,
    id: string,
    token: string,
    landsIn: JobState,
    again: () => Promise<T>,
    landed: T,
  ): Promise<T> {
    if (isRefusal(failure)) throw giveUp(id, token, landsIn, failure);
    const deadline = performance.now() + lockTime;
    for (let pause = FIRST_PAUSE; performance.now() < deadline; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      await sleep(pause);
      try {
        return await again();
      } catch (error) {
        if (!isRefusal(error)) continue;
        if ((await stateOf(id)) === landsIn) return landed;
        throw giveUp(id, token, landsIn, error);
      }
    }
    throw giveUp(id, token, landsIn);
  }

  function giveUp(id: string, token: string, landsIn: JobState, cause?: unknown): LockLostError {
    if (landsIn === 'completed') incomplete.add(keyOf(id, token));
    const error = new LockLostError(id);
    error.cause = cause;
    onGivenUp(id, error);
    return error;
  }

  async function stateOf(id: string): Promise<string> {
    return backend.getState(id).catch(() => 'unknown');
  }

  const original = {
    moveToCompleted: backend.moveToCompleted.bind(backend) as IQueueBackend['moveToCompleted'],
    moveToFailed: backend.moveToFailed.bind(backend) as IQueueBackend['moveToFailed'],
    moveToDelayed: backend.moveToDelayed.bind(backend) as IQueueBackend['moveToDelayed'],
  };

  backend.moveToCompleted = (job, value, keep, token, fetchNext) =>
    original.moveToCompleted(job, value, keep, token, fetchNext).catch((failure: unknown) => {
      const again = () => original.moveToCompleted(job, value, keep, token, false);
      return settle(failure, String(job.id), token, 'completed', again, {
        result: undefined,
        finishedOn: Date.now(),
      });
    });

  backend.moveToFailed = (job, reason, keep, token, fetchNext, fields) => {
    const id = String(job.id);
    // Once only: the same slot may be given the same call again.
    if (incomplete.delete(keyOf(id, token))) return Promise.reject(new LockLostError(id));
    return original.moveToFailed(job, reason, keep, token, fetchNext, fields).catch((failure: unknown) => {
      const again = () => original.moveToFailed(job, reason, keep, token, false, fields);
      return settle(failure, id, token, 'failed', again, { result: undefined, finishedOn: Date.now() });
    });
  };

  backend.moveToDelayed = (id, timestamp, delay, token = '0', options = {}) => {
    const move = (): Promise<void | unknown[]> =>
      original.moveToDelayed(id, timestamp, delay, token, options);
    return move().catch((failure: unknown) => settle(failure, id, token, 'delayed', move, undefined));
  };

  return backend;
}

const keyOf = (id: string, token: string): string => `${id}:${token}`;
