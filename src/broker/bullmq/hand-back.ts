import { setTimeout as sleep } from 'node:timers/promises';
import { LockLostError } from '../../tasks/errors/broker.errors.js';
import type { Store } from './store.js';

const PAUSE = 100;

/**
 * Puts a delivery back at the head of its queue; repeats while the store does not answer, up to `patience` ms.
 *
 * @throws {@link LockLostError} if the store refuses: the call is another worker's, or finished
 */
export async function handBack(
  store: Store,
  queue: string,
  id: string,
  token: string,
  lost: boolean,
  patience: number,
): Promise<void> {
  const deadline = performance.now() + patience;
  let unsure = false;
  for (;;) {
    try {
      if (await store.handBack(queue, id, token, lost)) return;
      // An earlier try may have taken effect before its answer was lost; then the job waits already.
      if (unsure) return;
      throw new LockLostError(id);
    } catch (error) {
      if (error instanceof LockLostError || performance.now() > deadline) throw error;
      unsure = true;
      await sleep(PAUSE);
    }
  }
}
