import { encodeError } from '../../tasks/encoder/error-record.js';
import { encodeErrorReason } from '../../tasks/envelope/stored-outcome.js';
import { WorkerLostError } from '../../tasks/errors/delivery.errors.js';
import { runsAgain } from '../retry/runs-again.js';
import type { Stage } from './arrival.js';
import type { Outcome } from './outcome.js';
import { quarantine } from './quarantine.js';

/**
 * What becomes of a call that lost its worker: nothing is redelivered without bound, and nothing against the wish of its
 * task.
 */
export const checkLosses: Stage = ({ delivery, policy }) => {
  if (!policy || delivery.losses === 0) return undefined;
  if (!runsAgain(policy)) return fail(new WorkerLostError(delivery.name, 'its worker was lost while it ran'));
  if (delivery.losses < policy.maxDeliveries) return undefined;
  return quarantine(`it lost its worker ${delivery.losses} times (maxDeliveries is ${policy.maxDeliveries})`);
};

function fail(error: WorkerLostError): Outcome {
  const record = encodeError(error);
  const settlement = { kind: 'fail', reason: encodeErrorReason(record), stack: record.stack } as const;
  return { name: 'failed', error, record, reason: record.message, settlement };
}
