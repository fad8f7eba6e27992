import type { BreakerGate, PermitGate, RateGate } from '../tasks/gates.js';
import type { BreakerSpec } from '../tasks/options/limits/limit-policy.js';
import type { RateSpec } from '../tasks/options/limits/rate.js';

/*
 * Gates by what they are for. A name has no "|", so that the key begins after the last one.
 */

const keyed = (name: string, key: string | undefined): string =>
  key === undefined ? name : `${name}|${key}`;

export function rateGate(name: string, { count, period, burst }: RateSpec, key?: string): RateGate {
  return { kind: 'rate', id: keyed(`rate|${name}`, key), name: `rate|${name}`, count, period, burst };
}

export function concurrencyGate(task: string, limit: number, key?: string): PermitGate {
  return { kind: 'permits', id: keyed(`concurrency|${task}`, key), name: `concurrency|${task}`, limit };
}

export function lockGate(key: string): PermitGate {
  return { kind: 'permits', id: `lock|${key}`, name: 'lock', limit: 1 };
}

export function breakerGate(
  name: string,
  { failures, window, cooldown }: Omit<BreakerSpec, 'on'>,
): BreakerGate {
  return { kind: 'breaker', id: `breaker|${name}`, name: `breaker|${name}`, failures, window, cooldown };
}
