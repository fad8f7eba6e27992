const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 500;

/**
 * Repeats an idempotent operation until the broker answers or the time is up. What the operation does later is nobody's
 * concern, but never an unhandled rejection.
 *
 * @param late makes the error when the time is up, from the last one
 */
export function untilAnswered<T>(
  operation: () => Promise<T>,
  timeout: number,
  late: (cause: unknown) => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const deadline = performance.now() + timeout;
    let pause = FIRST_PAUSE;
    let cause: unknown;
    let retry: NodeJS.Timeout | undefined;
    const giveUp = () => {
      clearTimeout(retry);
      clearTimeout(timer);
      reject(late(cause));
    };
    const timer = setTimeout(giveUp, timeout);
    const answered = (answer: T) => {
      clearTimeout(timer);
      resolve(answer);
    };
    const failed = (error: unknown) => {
      cause = error;
      if (performance.now() + pause >= deadline) return giveUp();
      retry = setTimeout(attempt, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    };
    const attempt = () => {
      try {
        operation().then(answered, failed);
      } catch (error) {
        failed(error);
      }
    };
    attempt();
  });
}
