import type { Stage } from './arrival.js';
import { quarantine } from './quarantine.js';

/** Nothing is redelivered without bound: a call that lost too many workers is quarantined. */
export const checkLosses: Stage = ({ delivery, policy }) => {
  if (!policy || delivery.losses < policy.maxDeliveries) return undefined;
  return quarantine(`it lost its worker ${delivery.losses} times (maxDeliveries is ${policy.maxDeliveries})`);
};
