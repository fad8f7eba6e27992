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
export function runningCall(arrival: Arrival): RunningCall {
  const { id, name, queue, retries, data } = arrival.delivery;
  return {
    id,
    task: name,
    queue,
    retries,
    headers: arrival.envelope?.headers ?? {},
    waited: waitedFor(arrival.delivery, arrival.envelope?.options.eta, arrival.now),
    // Costs more than all the rest, and few ask.
    get size() {
      return jsonSize(data);
    },
  };
}
