import { createHash } from 'node:crypto';

/** Of a span in another process. */
export interface SpanReference {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean | undefined;
}

/** Where the code of a call belongs to. */
export type CallTrace =
  /** The trace of whoever sent it goes on. */
  | {
      readonly kind: 'continue';
      readonly sentryTrace: string;
      readonly baggage: string | undefined;
      /** The span that sent it. */
      readonly origin: SpanReference;
    }
  /** One of its own, for all of its attempts. */
  | {
      readonly kind: 'own';
      readonly traceId: string;
      /** From 0 to below 1: its attempts are recorded together, or not at all. */
      readonly sampleRand: number;
      /** The span that sent it. */
      readonly origin: SpanReference | undefined;
    };

/** Headers of a call. A call that begins at once has the first two, one that waits for its time the last. */
const TRACE_HEADER = 'sentry-trace';
const BAGGAGE_HEADER = 'baggage';
const ORIGIN_HEADER = 'sentry-origin';

type Headers = Readonly<Record<string, string | undefined>>;

interface TraceData {
  readonly [TRACE_HEADER]?: string;
  readonly [BAGGAGE_HEADER]?: string;
}

/** What whoever sends a call sends along. @param data what the SDK says of its trace */
export function traceHeaders(data: TraceData, delay: number): Record<string, string> {
  const { [TRACE_HEADER]: sentryTrace, [BAGGAGE_HEADER]: baggage } = data;
  if (sentryTrace === undefined) return {};
  // A trace that goes on tomorrow tells nothing: it would be one of hours, with nothing in between.
  if (delay > 0) return { [ORIGIN_HEADER]: sentryTrace };
  return { [TRACE_HEADER]: sentryTrace, ...(baggage !== undefined && { [BAGGAGE_HEADER]: baggage }) };
}

/** Its id is made when it is asked for: most calls send nothing to anybody. */
class OwnTrace {
  readonly kind = 'own';
  private made: string | undefined;

  constructor(
    private readonly id: string,
    readonly origin: SpanReference | undefined,
  ) {}

  get traceId(): string {
    return this.hash.slice(0, 32);
  }

  get sampleRand(): number {
    return Number.parseInt(this.hash.slice(32, 45), 16) / 2 ** 52;
  }

  private get hash(): string {
    return (this.made ??= createHash('sha256').update(this.id).digest('hex'));
  }
}

/** Decided by what a call carries alone: every process that has to do with it comes to the same. */
export function callTrace(id: string, headers: Headers): CallTrace {
  const { [TRACE_HEADER]: sentryTrace, [BAGGAGE_HEADER]: baggage, [ORIGIN_HEADER]: origin } = headers;
  const sender = sentryTrace === undefined ? undefined : parseReference(sentryTrace);
  if (sentryTrace !== undefined && sender) return { kind: 'continue', sentryTrace, baggage, origin: sender };
  return new OwnTrace(id, origin === undefined ? undefined : parseReference(origin));
}

/** Whether whoever sent the call records its trace: what runs does, too, whatever its own share is. */
export const isSampled = ({ origin }: CallTrace): boolean => origin?.sampled === true;

/** A scope's place in the trace, where no span is made. */
export function propagationOf(trace: CallTrace): {
  traceId: string;
  sampleRand: number;
  parentSpanId?: string;
} {
  if (trace.kind === 'own')
    return {
      get traceId() {
        return trace.traceId;
      },
      get sampleRand() {
        return trace.sampleRand;
      },
    };
  const { traceId, spanId } = trace.origin;
  return { traceId, parentSpanId: spanId, sampleRand: Math.random() };
}

function parseReference(header: string): SpanReference | undefined {
  const [, traceId, spanId, sampled] = /^([0-9a-f]{32})-([0-9a-f]{16})(?:-([01]))?$/.exec(header) ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  return { traceId, spanId, sampled: sampled === undefined ? undefined : sampled === '1' };
}
