import type { Span } from 'bullmq';
import { encodeError } from '../tasks/encoder/error-record.js';
import { withoutAddresses } from '../tasks/encoder/without-addresses.js';

/** `SpanStatusCode.ERROR` of OpenTelemetry. */
const ERROR = 2;

interface WithStatus {
  setStatus?(status: { code: number }): unknown;
}

/**
 * Ends a span with an error, without the addresses in it. @returns the class of the error
 *
 * BullMQ's interface has no status. A span that has one is given it, and so is the one that bullmq-otel keeps in its
 * span.
 */
export function failSpan(span: Span, thrown: unknown): string {
  const { name, message, stack } = encodeError(thrown);
  span.setAttribute('error.type', name);
  span.recordException({ name, message: withoutAddresses(message), stack: withoutAddresses(stack) });
  const { span: inner } = span as { span?: WithStatus };
  ((span as WithStatus).setStatus ? (span as WithStatus) : inner)?.setStatus?.({ code: ERROR });
  return name;
}
