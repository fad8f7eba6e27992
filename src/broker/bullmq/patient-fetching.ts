import { setTimeout as sleep } from 'node:timers/promises';
import type { IQueueBackend } from 'bullmq';

const PAUSE = 100;
const SWEEPS = 5;
/** The answer of a wait that tells a worker to fetch at once. */
const CHECK_NOW = { member: '', score: 0 };

/**
 * Sets the pace at which a worker's backend meets a store in trouble.
 *
 * A fetch that fails at once is not repeated at once: BullMQ would do so for as long as the store is starting up. A
 * sweep for lost jobs that fails is repeated soon: BullMQ would wait five seconds, and the jobs with it. And a wake-up
 * whose answer was lost, or was followed by no fetch, is made up for: on Redis it is gone, and BullMQ would sleep for
 * ten seconds beside a waiting job.
 */
export function fetchPatiently(backend: IQueueBackend): IQueueBackend {
  const moveToActive = backend.moveToActive.bind(backend) as IQueueBackend['moveToActive'];
  const moveStalledJobsToWait = backend.moveStalledJobsToWait.bind(
    backend,
  ) as IQueueBackend['moveStalledJobsToWait'];

  const waitForJob = backend.waitForJob.bind(backend) as IQueueBackend['waitForJob'];
  let missedWakeUp = false;

  backend.waitForJob = async (timeout) => {
    if (missedWakeUp) {
      missedWakeUp = false;
      return CHECK_NOW;
    }
    try {
      return await waitForJob(timeout);
    } catch (error) {
      missedWakeUp = true;
      throw error;
    }
  };

  backend.moveToActive = async (token, name) => {
    try {
      return await moveToActive(token, name);
    } catch (error) {
      missedWakeUp = true;
      await sleep(PAUSE + Math.random() * PAUSE);
      throw error;
    }
  };

  backend.moveStalledJobsToWait = async () => {
    for (let sweep = 1; ; sweep++) {
      try {
        return await moveStalledJobsToWait();
      } catch (error) {
        if (sweep === SWEEPS) throw error;
        await sleep(PAUSE * sweep);
      }
    }
  };

  return backend;
}
