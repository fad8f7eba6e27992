import type { Broker } from '../../tasks/broker-port.js';
import type { Stage } from './arrival.js';

/** From here on a call like this one is added: its code is about to begin, and may not see what that one is about. */
export const releaseUnique =
  (broker: Broker): Stage =>
  ({ delivery: { queue, id, dedupKey }, policy }) =>
    policy?.unique?.until === 'started' && dedupKey !== undefined
      ? broker.releaseKey(queue, dedupKey, id).then(() => undefined)
      : undefined;
