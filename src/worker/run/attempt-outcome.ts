import { type ErrorRecord, encodeError } from '../../tasks/encoder/error-record.js';
import { storableResult } from '../../tasks/envelope/storable-result.js';
import { encodeCompletion, encodeErrorReason, encodeSnooze } from '../../tasks/envelope/stored-outcome.js';
import { Ignore, Snooze } from '../../tasks/errors/control-flow.errors.js';
import type { TaskPolicy } from '../../tasks/options/task-policy.js';
import { decideRetry } from '../retry/retry-decision.js';
import { handedBack } from '../stages/handed-back.js';
import type { Outcome } from '../stages/outcome.js';
import type { AttemptEnd } from './attempt.js';

/** What the outcome of an attempt is decided by. */
export interface AttemptFacts {
  readonly policy: TaskPolicy;
  readonly retries: number;
  /** Largest result in bytes. */
  readonly payloadLimit: number;
  /** From 0 to below 1, for the jitter. */
  readonly random: number;
}

/** Turns the end of an attempt into its outcome. */
export function attemptOutcome(end: AttemptEnd, facts: AttemptFacts): Outcome {
  switch (end.kind) {
    case 'returned':
      return succeeded(end.value, facts.payloadLimit);
    case 'handedBack':
      return handedBack('the worker is shutting down');
    case 'decided':
      return end.outcome;
    case 'died':
      throw new Error('What becomes of a call whose process died is not decided by its policy alone');
    default:
      return threw(end.error, facts);
  }
}

function succeeded(result: unknown, limit: number): Outcome {
  const { value, dropped } = storableResult(result, limit);
  return { name: 'succeeded', reason: dropped, settlement: { kind: 'complete', value } };
}

function threw(thrown: unknown, { policy, retries, random }: AttemptFacts): Outcome {
  if (thrown instanceof Ignore) {
    const value = encodeCompletion('ignored', thrown.reason);
    return { name: 'ignored', reason: thrown.reason, settlement: { kind: 'complete', value } };
  }
  if (thrown instanceof Snooze) {
    const { delay, reason } = thrown;
    return {
      name: 'snoozed',
      reason,
      delay,
      settlement: { kind: 'defer', delay, reason: encodeSnooze(reason) },
    };
  }
  const decision = decideRetry(thrown, policy, retries, random);
  const record: ErrorRecord = encodeError(decision.error);
  const expected = policy.throws.some((errorClass) => decision.error instanceof errorClass);
  const facts = { error: decision.error, record, reason: record.message, ...(expected && { expected }) };
  const stored = { reason: encodeErrorReason(record), stack: record.stack };
  return decision.retry
    ? {
        name: 'retried',
        ...facts,
        delay: decision.delay,
        settlement: { kind: 'retry', delay: decision.delay, ...stored },
      }
    : { name: 'failed', ...facts, settlement: { kind: 'fail', ...stored } };
}
