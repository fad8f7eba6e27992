import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a condition holds; a condition that throws does not hold yet. Fails after `timeout` ms. */
export async function until(
  condition: () => unknown,
  timeout = 20_000,
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
