const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/**
 * Writes an outcome through a trouble of the database, for so many milliseconds: what the SMTP server has accepted and
 * the outbox does not know is a message whose fate nobody knows.
 */
export async function settlePersistently<T>(write: () => Promise<T>, patience: number): Promise<T> {
  const deadline = performance.now() + patience;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      return await write();
    } catch (error) {
      if (performance.now() + pause > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
