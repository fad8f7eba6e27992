import type { Outcome } from '../stages/outcome.js';

/** Its code came to an end of its own, and not by what the breaker is for: what that guards works. */
export const provesHealth = ({ name }: Outcome): boolean =>
  name === 'succeeded' || name === 'ignored' || name === 'retried' || name === 'failed';
