import { isNotInstalled } from '../../tasks/errors/is-not-installed.js';

/** The Sentry SDK, as the application has installed it. */
export type Sdk = typeof import('@sentry/node');

/** @returns undefined if the package is not installed */
export async function loadSdk(): Promise<Sdk | undefined> {
  try {
    return await import('@sentry/node');
  } catch (error) {
    if (isNotInstalled(error, '@sentry/node')) return undefined;
    throw error;
  }
}
