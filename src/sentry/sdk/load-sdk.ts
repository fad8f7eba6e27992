/** The Sentry SDK, as the application has installed it. */
export type Sdk = typeof import('@sentry/node');

/** @returns undefined if the package is not installed */
export async function loadSdk(): Promise<Sdk | undefined> {
  try {
    return await import('@sentry/node');
  } catch (error) {
    if (isNotInstalled(error)) return undefined;
    throw error;
  }
}

/** Not one that lacks a dependency of its own: that is a broken installation, and should be known. */
const isNotInstalled = (error: unknown): boolean =>
  error instanceof Error &&
  (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' &&
  error.message.includes("'@sentry/node'");
