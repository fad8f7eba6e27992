import type { Place } from './order.js';
import { bareQueue } from './sides/bare-connection.js';

/**
 * Looks into the store through BullMQ's own eyes, whichever side filled it.
 *
 * @throws unless it holds exactly this many completed calls, and no other
 */
export async function verifyStored(place: Place, calls: number): Promise<void> {
  const queue = bareQueue(place);
  try {
    const { completed, paused: _queueIsPaused, ...rest } = await queue.getJobCounts();
    const others = Object.values(rest).reduce((sum, count) => sum + count, 0);
    if (completed !== calls || others !== 0) {
      const found = JSON.stringify({ completed, ...rest });
      throw new Error(`${place.namespace} should hold ${calls} completed calls, but holds ${found}`);
    }
  } finally {
    await queue.close();
  }
}
