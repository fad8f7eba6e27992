import type { Stage } from './arrival.js';

/** The store promotes delayed jobs by a worker's clock; earlier than this does not matter. */
const TOLERANCE = 50;

/** Sends a call that a fast clock delivered too early back until its time has come. */
export const checkEta: Stage = ({ envelope, now }) => {
  const eta = envelope?.options.eta;
  if (eta === undefined || now >= eta - TOLERANCE) return undefined;
  const delay = Math.ceil(eta - now);
  return { name: 'snoozed', reason: 'eta', delay, settlement: { kind: 'defer', delay } };
};
