import type { BreakerPolicy } from '../../tasks/options/limits/limit-policy.js';
import type { Outcome } from '../stages/outcome.js';

/** What the end of a call says of that which its breaker is for. */
export type Verdict = 'fails' | 'works';

/** Code that came to an end of its own, and not by an error that counts, has found it at work. Other ends say nothing. */
export function verdictOn({ on }: Pick<BreakerPolicy, 'on'>, { name, error }: Outcome): Verdict | undefined {
  if (name === 'succeeded' || name === 'ignored') return 'works';
  if (name !== 'retried' && name !== 'failed') return undefined;
  return on.some((errorClass) => error instanceof errorClass) ? 'fails' : 'works';
}
