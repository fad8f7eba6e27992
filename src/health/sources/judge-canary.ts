import { formatSeconds } from '../../tasks/duration.js';
import type { HealthReport } from '../../tasks/health/health-source.js';
import type { CanaryLimits } from '../options/resolve-health-options.js';

/** What became of the last canary of a queue. */
export type CanaryFate =
  /** It is done. `roundTrip`: from when it was stored until it began. */
  | { readonly kind: 'back'; readonly roundTrip: number }
  | { readonly kind: 'waiting'; readonly waited: number }
  | { readonly kind: 'failed' };

export function judgeCanary(fate: CanaryFate, last: number | undefined, limits: CanaryLimits): HealthReport {
  if (fate.kind === 'failed') return { status: 'down', message: 'a call that does nothing has failed' };
  const took = fate.kind === 'back' ? fate.roundTrip : fate.waited;
  const data = {
    roundTrip: fate.kind === 'back' ? fate.roundTrip : (last ?? null),
    waiting: fate.kind === 'waiting',
  };
  const rounded = formatSeconds(took);
  const message =
    fate.kind === 'back'
      ? `a call that does nothing took ${rounded} to begin`
      : `a call that does nothing has been waiting for ${rounded}`;
  if (took >= limits.downAfter) return { status: 'down', message, data };
  return took >= limits.degradedAfter ? { status: 'degraded', message, data } : { status: 'up', data };
}
