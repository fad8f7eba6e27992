import type { NodeOptions } from '@sentry/node';
import type { ResolvedSentryOptions } from '../options/resolve-sentry-options.js';

type DataCollection = NonNullable<NodeOptions['dataCollection']>;

/** The SDK's own defaults collect all of this. */
const COLLECTED: DataCollection = {
  userInfo: false,
  cookies: false,
  httpHeaders: false,
  httpBodies: [],
  urlQueryParams: false,
  graphQL: { document: true, variables: false },
  genAI: { inputs: false, outputs: false },
  mcp: { inputs: false, outputs: false },
  databaseQueryData: false,
  // Decided by `sendArguments`.
  queues: true,
  stackFrameVariables: false,
};

/**
 * `Console` would send what tasks print; `LocalVariables` reads what they have in hand. `Redis` would make a span of every
 * command of the broker, with what it writes, and there are several to a call. `Dedupe` drops the failure of a call that
 * looks like that of another: how many leave is for `throttle` to say. `OnUnhandledRejection` would keep a process alive
 * that without Sentry ends: it ends, by an uncaught exception, and is reported as that.
 */
const LEFT_OUT = new Set([
  'Console',
  'LocalVariables',
  'LocalVariablesAsync',
  'Redis',
  'Dedupe',
  'OnUnhandledRejection',
]);

/** How the SDK is initialised, if the application has not. */
export function sdkOptions(
  { dsn, environment, release, tracesSampleRate }: ResolvedSentryOptions,
  more: ReturnType<NonNullable<Exclude<NodeOptions['integrations'], unknown[]>>> = [],
): NodeOptions {
  return {
    ...(dsn !== null && { dsn }),
    ...(environment !== undefined && { environment }),
    ...(release !== undefined && { release }),
    ...(tracesSampleRate !== undefined && { tracesSampleRate }),
    dataCollection: COLLECTED,
    includeLocalVariables: false,
    // The modules it would prepare are loaded by now.
    enableRuntimeChannelInjection: false,
    integrations: (defaults) => [...defaults.filter(({ name }) => !LEFT_OUT.has(name)), ...more],
  };
}
