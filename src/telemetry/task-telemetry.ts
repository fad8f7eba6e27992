import { Inject, Injectable } from '@nestjs/common';
import type { Span, SpanKind, Telemetry } from 'bullmq';
import type { Publication, PublishedCalls, RunningCall, TaskInstrumentation } from '../tasks/index.js';
import { endedItself } from '../tasks/instrumentation/ended-itself.js';
import { failSpan } from './fail-span.js';
import { MessageMetrics } from './message-metrics.js';
import { processAttributes, sendAttributes } from './messaging.js';
import { TELEMETRY } from './telemetry-options.js';

type Send = (headers: Readonly<Record<string, string>>) => Promise<Publication>;

/** The header of a call that says what trace it belongs to. */
const HEADER = 'celeriac-telemetry';

// Of BullMQ's enum, which only its drivers may load.
const PRODUCER = 3 as SpanKind.PRODUCER;
const CONSUMER = 4 as SpanKind.CONSUMER;

/** A span around sending, and one around every attempt, in the trace of whoever sent the call. */
@Injectable()
export class TaskTelemetry implements TaskInstrumentation {
  private readonly metrics: MessageMetrics | undefined;

  constructor(@Inject(TELEMETRY) private readonly telemetry: Telemetry) {
    if (telemetry.meter) this.metrics = new MessageMetrics(telemetry.meter);
  }

  publish(calls: PublishedCalls, send: Send): unknown {
    const { tracer, contextManager } = this.telemetry;
    const active: unknown = contextManager.active();
    const span = tracer.startSpan(`send ${calls.queue}`, { kind: PRODUCER }, active);
    span.setAttributes(sendAttributes(calls));
    const context = span.setSpanOnContext(active);
    const metadata = contextManager.getMetadata(context);
    return contextManager.with(context, () =>
      this.send(span, calls, () => send(metadata ? { [HEADER]: metadata } : {})),
    );
  }

  private async send(span: Span, calls: PublishedCalls, send: () => Promise<Publication>): Promise<void> {
    try {
      const { ids, size } = await send();
      span.setAttributes({
        'messaging.message.body.size': size,
        ...(calls.count === 1 && { 'messaging.message.id': ids[0] }),
      });
      this.metrics?.onSent(calls);
    } catch (error) {
      this.metrics?.onSent(calls, failSpan(span, error));
    } finally {
      span.end();
    }
  }

  run(call: RunningCall, code: () => unknown): unknown {
    const { tracer, contextManager } = this.telemetry;
    const origin = this.originOf(call);
    const span = tracer.startSpan(`process ${call.queue}`, { kind: CONSUMER }, origin);
    span.setAttributes(processAttributes(call));
    return contextManager.with(span.setSpanOnContext(origin), () => this.process(span, call, code));
  }

  private async process(span: Span, call: RunningCall, code: () => unknown): Promise<void> {
    const began = performance.now();
    let error: string | undefined;
    try {
      await code();
    } catch (thrown) {
      if (!endedItself(thrown)) error = failSpan(span, thrown);
    } finally {
      span.end();
      this.metrics?.onRun(call, performance.now() - began, error);
    }
  }

  /** Whoever sent the call may have put anything there. */
  private originOf({ headers }: RunningCall): unknown {
    const { contextManager } = this.telemetry;
    const active: unknown = contextManager.active();
    const metadata = headers[HEADER];
    if (metadata === undefined) return active;
    try {
      return contextManager.fromMetadata(active, metadata);
    } catch {
      return active;
    }
  }
}
