import { formatDuration } from '../../tasks/duration.js';
import { decodeReason, encodeParking } from '../../tasks/envelope/stored-outcome.js';
import type { Arrival } from './arrival.js';
import type { Outcome } from './outcome.js';
import { quarantine } from './quarantine.js';

const SHORTEST = 5_000;
const LONGEST = 300_000;

/**
 * Puts a call that this worker cannot run aside for one that can: 5 s at first, then half as long as it has waited
 * already, up to 5 min. Nothing is spent. After `parkFor` it is quarantined.
 */
export function park({ delivery, now }: Arrival, why: string, parkFor: number): Outcome {
  const earlier = delivery.reason === undefined ? undefined : decodeReason(delivery.reason);
  const since = earlier?.kind === 'parked' ? earlier.since : Math.round(now);
  if (now - since >= parkFor) {
    return quarantine(`${why}; it was parked for ${formatDuration(parkFor)} and no worker took it`);
  }
  const delay = parkingDelay(now - since);
  return {
    name: 'parked',
    reason: why,
    delay,
    settlement: { kind: 'defer', delay, reason: encodeParking(since, why) },
  };
}

/** @param waited milliseconds since the call was first parked */
export function parkingDelay(waited: number): number {
  return Math.min(LONGEST, Math.max(SHORTEST, Math.round(waited / 2)));
}
