import { expiryReason } from '../../tasks/envelope/expiry-reason.js';
import { encodeCompletion } from '../../tasks/envelope/stored-outcome.js';
import type { Stage } from './arrival.js';

/** A call past its `expires` ends, and never runs. */
export const checkExpiry: Stage = ({ envelope, now }) => {
  const expires = envelope?.options.expires;
  if (expires === undefined || now < expires) return undefined;
  const reason = expiryReason(expires);
  return {
    name: 'expired',
    reason,
    settlement: { kind: 'complete', value: encodeCompletion('expired', reason) },
  };
};
