import type { Sdk } from '../sdk/load-sdk.js';
import type { CallTrace, SpanReference } from './call-trace.js';

type Links = Parameters<Sdk['startSpan']>[0]['links'];

/** Runs code in the trace of a call. @param code is given the links its first span should have */
export function withinTrace<T>(sdk: Sdk, trace: CallTrace, code: (links: Links) => T): T {
  if (trace.kind === 'continue') {
    const { sentryTrace, baggage } = trace;
    return sdk.continueTrace({ sentryTrace, baggage }, () => code(undefined));
  }
  const { traceId, sampleRand, origin } = trace;
  return sdk.withActiveSpan(null, (scope) => {
    scope.setPropagationContext({ traceId, sampleRand });
    return code(origin && [linkTo(origin)]);
  });
}

const linkTo = ({ traceId, spanId, sampled }: SpanReference) => ({
  context: { traceId, spanId, traceFlags: sampled === true ? 1 : 0 },
  attributes: { 'sentry.link.type': 'message_origin' },
});
