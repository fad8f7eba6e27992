import { Logger } from '@nestjs/common';
import { processRole } from '../../tasks/process-role.js';
import type { ResolvedSentryOptions } from '../options/resolve-sentry-options.js';
import { scrubEnvelope } from '../scrub/scrub-envelope.js';
import { loadSdk, type Sdk } from './load-sdk.js';
import { sdkOptions } from './sdk-options.js';

/** Injection token of the {@link Sdk}; undefined: nothing is reported. */
export const SDK = Symbol('celeriac:sentry-sdk');

/** Takes the SDK as the application has initialised it, or initialises it. Does neither without a DSN. */
export async function startSdk(options: ResolvedSentryOptions): Promise<Sdk | undefined> {
  const logger = new Logger('Sentry');
  // Loading it takes half a second.
  const inUse = '__SENTRY__' in globalThis;
  if (options.dsn === null && !inUse) return silent(logger, 'there is no DSN');
  if (processRole().kind === 'tool' && !inUse) return silent(logger, 'a command runs no tasks');
  const sdk = await loadSdk();
  if (!sdk) return silent(logger, 'the package "@sentry/node" is not installed');
  if (sdk.isInitialized()) return sdk;
  if (options.dsn === null) return silent(logger, 'there is no DSN');
  const isChild = processRole().kind === 'child';
  // The pool's child has handlers of its own, which decide what an error ends that nobody caught.
  const rejections = isChild ? [sdk.onUnhandledRejectionIntegration({ mode: 'none' })] : [];
  const client = sdk.init(sdkOptions(options, rejections));
  client?.on('beforeEnvelope', (envelope) => scrubEnvelope(envelope as never));
  return sdk;
}

function silent(logger: Logger, why: string): undefined {
  logger.debug(`Nothing is reported: ${why}`);
}
