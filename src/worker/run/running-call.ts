import type { Delivery } from '../../tasks/broker-port.js';
import { jsonSize } from '../../tasks/encoder/plain-json.js';
import type { RunningCall } from '../../tasks/instrumentation/task-instrumentation.js';
import type { Arrival } from '../stages/arrival.js';

/** Milliseconds a call has waited since it was due; undefined for a later delivery, whose due time nobody keeps. */
export function waitedFor(delivery: Delivery, eta: number | undefined, now: number): number | undefined {
  if (delivery.deliveries > 1) return undefined;
  return Math.max(0, now - Math.max(delivery.enqueuedAt, eta ?? 0));
}

/** What instruments are told of a call that begins. */
export class StartingCall implements RunningCall {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly retries: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly waited: number | undefined;
  private readonly data: unknown;

  constructor({ delivery, envelope, now }: Arrival) {
    this.id = delivery.id;
    this.task = delivery.name;
    this.queue = delivery.queue;
    this.retries = delivery.retries;
    this.headers = envelope?.headers ?? {};
    this.waited = waitedFor(delivery, envelope?.options.eta, now);
    this.data = delivery.data;
  }

  /** Costs more than all the rest, and few ask. */
  get size(): number {
    return jsonSize(this.data);
  }
}
