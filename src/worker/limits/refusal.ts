import type { Refusal } from '../../limits/index.js';
import { encodeError } from '../../tasks/encoder/error-record.js';
import { encodeCompletion, encodeErrorReason, encodeLimited } from '../../tasks/envelope/stored-outcome.js';
import { LockedError, RateLimitExceededError } from '../../tasks/errors/limit.errors.js';
import type { Outcome } from '../stages/outcome.js';
import { fallbackDelay } from './fallback-delay.js';

/** What becomes of a call that one of its limits refuses. @param random from 0 to below 1 */
export function refused(refusal: Refusal, random: number): Outcome {
  const { by, delay, since } = refusal;
  const reason = describe(refusal);
  switch (by.onRefused) {
    case 'wait': {
      const settlement = {
        kind: 'defer',
        delay: fallbackDelay(refusal, random),
        reason: encodeLimited(since, reason),
      } as const;
      return { name: 'deferred', reason, delay, settlement };
    }
    case 'drop':
      return {
        name: 'ignored',
        reason,
        settlement: { kind: 'complete', value: encodeCompletion('ignored', reason) },
      };
    case 'fail':
      return failed(
        by.key === undefined ? new RateLimitExceededError(nameOf(refusal)) : new LockedError(by.key),
      );
  }
}

/** What becomes of a call that its breaker stopped, when there is nothing to wait for any more. @param since the store's time */
export function comesBack(since: number, breaker: string): Outcome {
  const reason = `the breaker "${breaker}" was open`;
  const settlement = { kind: 'defer', delay: 0, reason: encodeLimited(since, reason) } as const;
  return { name: 'deferred', reason, delay: 0, settlement };
}

/** Fails for good: its policy is not asked. */
export function failed(error: Error): Outcome {
  const record = encodeError(error);
  const settlement = { kind: 'fail', reason: encodeErrorReason(record), stack: record.stack } as const;
  return { name: 'failed', error, record, reason: record.message, settlement };
}

const nameOf = ({ by: { gate } }: Refusal): string => gate.name.slice(gate.name.indexOf('|') + 1);

function describe(refusal: Refusal): string {
  const { by, ahead } = refusal;
  const { gate, key } = by;
  const behind = ahead === 0 ? '' : `, ${ahead} before it`;
  switch (gate.kind) {
    case 'rate':
      return `the rate limit "${nameOf(refusal)}"${behind}`;
    case 'permits':
      return key === undefined
        ? `maxConcurrency of "${nameOf(refusal)}"${behind}`
        : `the lock ${JSON.stringify(key)}${behind}`;
    case 'breaker':
      return `the breaker "${nameOf(refusal)}" is open${behind}`;
  }
}
