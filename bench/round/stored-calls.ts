import type { Place } from './order.js';
import { bareQueue } from './sides/bare-connection.js';

/**
 * Looks into the store through BullMQ's own eyes, whichever side filled it.
 *
 * @param waiting calls that wait
 * @throws unless it holds exactly this many completed calls, those that wait, and no other
 */
export async function verifyStored(place: Place, calls: number, waiting = 0): Promise<void> {
  const queue = bareQueue(place);
  try {
    const { completed, failed, paused: _queueIsPaused, ...rest } = await queue.getJobCounts();
    const others = Object.values(rest).reduce((sum, count) => sum + count, 0);
    if (completed !== calls || failed !== 0 || others !== waiting) {
      const found = JSON.stringify({ completed, failed, ...rest });
      throw new Error(
        `${place.namespace} should hold ${calls} completed calls, and ${waiting} that wait, but holds ${found}`,
      );
    }
  } finally {
    await queue.close();
  }
}
