import { decodeEnvelope } from '../../tasks/envelope/envelope.js';
import type { Stage } from './arrival.js';
import { park } from './park.js';
import { quarantine } from './quarantine.js';

/** Reads the envelope. What nobody could run is quarantined; what a newer worker could run is parked. */
export const decode =
  (parkFor: number): Stage =>
  (arrival) => {
    const decoded = decodeEnvelope(arrival.delivery.data);
    switch (decoded.kind) {
      case 'envelope':
        arrival.envelope = decoded.envelope;
        return undefined;
      case 'newer':
        return park(
          arrival,
          `its envelope has version ${decoded.version}, newer than this worker reads`,
          parkFor,
        );
      case 'malformed':
        return quarantine(decoded.problem);
    }
  };
