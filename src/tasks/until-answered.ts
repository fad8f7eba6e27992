import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 500;
const TIMED_OUT = Symbol('timed out');

/**
 * Repeats an idempotent operation until the broker answers or the time is up.
 *
 * @param late makes the error when the time is up, from the last one
 */
export async function untilAnswered<T>(
  operation: () => Promise<T>,
  timeout: number,
  late: (cause: unknown) => Error,
): Promise<T> {
  const deadline = performance.now() + timeout;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    let cause: unknown;
    try {
      const answer = await withTimeout(operation(), deadline - performance.now());
      if (answer !== TIMED_OUT) return answer;
    } catch (error) {
      cause = error;
    }
    if (performance.now() + pause >= deadline) throw late(cause);
    await sleep(pause);
  }
}

/** The outcome of a promise, or TIMED_OUT; what it does later is nobody's concern, but never unhandled. */
function withTimeout<T>(promise: Promise<T>, timeout: number): Promise<T | typeof TIMED_OUT> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(TIMED_OUT), timeout);
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error as Error);
      },
    );
  });
}
