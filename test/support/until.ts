import { setTimeout as sleep } from 'node:timers/promises';

/** Within this all comes about that comes about at all, on a machine at a load of ten: most of it boots processes. */
export const PATIENCE = 60_000;

/** Waits until a condition holds; a condition that throws does not hold yet. Fails after `timeout` ms. */
export async function until(
  condition: () => unknown,
  timeout = PATIENCE,
  what: () => string = () => condition.toString(),
): Promise<void> {
  const deadline = performance.now() + timeout;
  let last: unknown;
  for (;;) {
    try {
      if (await condition()) return;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`Not so within ${timeout} ms: ${what()}${last ? ` (${String(last)})` : ''}`);
    }
    await sleep(10);
  }
}
