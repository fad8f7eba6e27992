import { setTimeout as sleep } from 'node:timers/promises';

const TRIES = 7;
const FIRST_PAUSE = 100;

/**
 * Writes an outcome through a short trouble of the database (about 6 s, a restart): what the SMTP server has
 * accepted and the outbox does not know would be sent again.
 */
export async function settlePersistently<T>(write: () => Promise<T>, pause = FIRST_PAUSE): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await write();
    } catch (error) {
      if (tried === TRIES) throw error;
      await sleep(pause * 2 ** (tried - 1));
    }
  }
}
