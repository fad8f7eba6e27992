import type { Delivery } from '../../tasks/broker-port.js';
import type { Envelope } from '../../tasks/envelope/envelope.js';
import type { TaskPolicy } from '../../tasks/options/task-policy.js';
import { Child } from '../pools/child.js';
import type { IsolatedRuns, NoChild } from '../pools/isolated-runs.js';
import type { RunMessage } from '../pools/protocol.js';
import { runsAgain } from '../retry/runs-again.js';
import { revoked } from '../stages/check-revocation.js';
import { handedBack } from '../stages/handed-back.js';
import type { Outcome } from '../stages/outcome.js';
import { callOverrides } from '../stages/route.js';
import { encodeSnooze } from '../../tasks/envelope/stored-outcome.js';
import type { Arrival } from '../stages/arrival.js';
import type { CrashHistory } from './crash-history.js';
import { IsolatedAttempt } from './isolated-attempt.js';
import { waitedFor } from './running-call.js';

/** When no child can be started, a call comes back after this time. */
const NO_CHILD_DELAY = 5_000;

/**
 * Makes the attempt of a delivery for a child process, as soon as one is free. Until then its code has not begun: for a
 * call that must not run twice that is kept with the broker, which takes every delivery for begun.
 */
export async function beginInChild(
  arrival: Arrival,
  envelope: Envelope,
  policy: TaskPolicy,
  isolated: IsolatedRuns,
  history: CrashHistory,
): Promise<IsolatedAttempt | Outcome> {
  const { delivery } = arrival;
  const child = isolated.take() ?? (await waitForChild(delivery, policy, isolated, history));
  if (!(child instanceof Child)) return child;
  if (isolated.draining) {
    isolated.release(child);
    return sentAway('draining');
  }
  return new IsolatedAttempt(delivery, runMessage(arrival, envelope), policy, child);
}

async function waitForChild(
  delivery: Delivery,
  policy: TaskPolicy,
  isolated: IsolatedRuns,
  history: CrashHistory,
): Promise<Child | Outcome> {
  const waiting = isolated.wait(delivery.id);
  const marked = !runsAgain(policy) && (await isMarked(history, delivery));
  const child = await waiting;
  if (!(child instanceof Child)) return sentAway(child);
  if (!marked) return child;
  try {
    await history.mark(delivery, null);
    return child;
  } catch (error) {
    isolated.release(child);
    return handedBack(String(error));
  }
}

function sentAway(why: NoChild): Outcome {
  if (why === 'draining') return handedBack('the worker is shutting down');
  if (why === 'lock lost') return handedBack('its lock was lost while it waited for a child process');
  if (why === 'revoked') return revoked('it was revoked while it waited');
  const reason = why.message.split('\n')[0] ?? '';
  return {
    name: 'snoozed',
    reason,
    delay: NO_CHILD_DELAY,
    settlement: { kind: 'defer', delay: NO_CHILD_DELAY, reason: encodeSnooze(reason) },
  };
}

function runMessage(arrival: Arrival, { args, headers, options }: Envelope): RunMessage {
  const { id, name, queue, token, retries } = arrival.delivery;
  const waited = waitedFor(arrival.delivery, options.eta, arrival.now) ?? null;
  const overrides = callOverrides(options);
  return { type: 'run', id, name, queue, token, retries, waited, args, headers, overrides };
}

/** One that cannot be marked is taken for begun, if its process dies. */
async function isMarked(history: CrashHistory, delivery: Delivery): Promise<boolean> {
  try {
    await history.mark(delivery, 'not begun');
    return true;
  } catch {
    return false;
  }
}
