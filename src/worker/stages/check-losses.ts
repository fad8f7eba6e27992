import type { CrashHistory } from '../run/crash-history.js';
import { workerLost } from '../run/worker-lost.js';
import { decideCrash } from '../retry/crash-decision.js';
import type { Arrival, Stage } from './arrival.js';
import type { Outcome } from './outcome.js';
import { quarantine } from './quarantine.js';

const DIED_ALONE = 'its process died while it ran alone in it';

/**
 * What becomes of a call that lost its worker. One that may run again is a suspect, and runs apart from others. The death
 * of a process is charged to a call only if it was alone in it.
 */
export const checkLosses =
  (history: CrashHistory): Stage =>
  (arrival) =>
    arrival.delivery.losses === 0 ? undefined : judge(arrival, history);

async function judge(arrival: Arrival, history: CrashHistory): Promise<Outcome | undefined> {
  const { delivery, policy } = arrival;
  if (!policy) return undefined;
  const mark = await history.lostMark(delivery);
  // Its process died before its code began.
  if (mark?.kind === 'not begun') return undefined;
  if (mark?.kind === 'alone') {
    const crash = { exitCode: null, signal: null, memory: null, lastLines: [] };
    await history.add(delivery, { ...crash, how: DIED_ALONE, charged: true }, mark.where);
  }
  const { count, how } = await history.charged(delivery);
  const decision = decideCrash({ policy, charged: count, losses: delivery.losses, how });
  if (decision.kind === 'fail') return workerLost(delivery.name, 'its worker was lost while it ran');
  if (decision.kind === 'quarantine') return quarantine(decision.reason);
  arrival.suspect = true;
  return undefined;
}
