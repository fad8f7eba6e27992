/**
 * Resolves with what asks this process to stop: SIGTERM, SIGINT, or the end of a parent that keeps an IPC channel
 * to it. The same signal again ends it at once.
 */
export function stopRequest(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    process.once('disconnect', () => resolve());
    // A listener of 'disconnect' would keep the process alive for the sake of the channel.
    process.channel?.unref();
  });
}
