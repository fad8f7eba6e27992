import { encodeQuarantine } from '../../tasks/envelope/stored-outcome.js';
import type { Outcome } from './outcome.js';

/** Sets a call aside for a person to look at. */
export function quarantine(reason: string): Outcome {
  return {
    name: 'quarantined',
    reason,
    settlement: { kind: 'fail', reason: encodeQuarantine(reason), stack: '' },
  };
}
