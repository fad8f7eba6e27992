import type { Counter, Histogram, Meter } from 'bullmq';
import type { PublishedCalls, RunningCall } from '../tasks/index.js';
import { metricAttributes } from './messaging.js';

/** Counts what is sent and run, and measures how long code takes. */
export class MessageMetrics {
  private readonly sent: Counter;
  private readonly consumed: Counter;
  private readonly duration: Histogram;

  constructor(meter: Meter) {
    this.sent = meter.createCounter('messaging.client.sent.messages', {
      unit: '{message}',
      description: 'Calls that were sent, or were to be',
    });
    this.consumed = meter.createCounter('messaging.client.consumed.messages', {
      unit: '{message}',
      description: 'Attempts that began',
    });
    this.duration = meter.createHistogram('messaging.process.duration', {
      unit: 's',
      description: 'How long the code of an attempt ran',
    });
  }

  onSent(calls: PublishedCalls, error?: string): void {
    this.sent.add(calls.count, metricAttributes('send', calls, error));
  }

  onRun(call: RunningCall, milliseconds: number, error?: string): void {
    const attributes = metricAttributes('process', call, error);
    this.consumed.add(1, attributes);
    this.duration.record(milliseconds / 1_000, attributes);
  }
}
