import {
  decodeReason,
  encodeCompletion,
  REVOKED_WHILE_RUNNING,
} from '../../tasks/envelope/stored-outcome.js';
import type { Broker } from '../../tasks/broker-port.js';
import type { Outcome } from './outcome.js';
import type { Stage } from './arrival.js';

/** The end of a call that was revoked. */
export function revoked(reason: string): Outcome {
  return {
    name: 'revoked',
    reason,
    settlement: { kind: 'complete', value: encodeCompletion('revoked', reason) },
  };
}

/**
 * Ends a call that was revoked while it waited: its reason says so. The attempt it was revoked in may have overwritten
 * that; so a call that has been delivered before is looked up.
 */
export const checkRevocation =
  (broker: Broker): Stage =>
  ({ delivery }) => {
    const reason = delivery.reason === undefined ? undefined : decodeReason(delivery.reason);
    if (reason?.kind === 'revoked') return revoked(reason.message);
    if (delivery.deliveries <= 1) return undefined;
    return broker.records
      .revocation(delivery.queue, delivery.id)
      .then((found) => found && revoked(REVOKED_WHILE_RUNNING));
  };
