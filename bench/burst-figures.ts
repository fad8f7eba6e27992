import type { Burst, Figures } from './round/index.js';

/** What bursts come to, taken together. */
export function burstFigures(bursts: readonly Burst[]): Figures {
  const sum = (read: (burst: Burst) => number) => bursts.reduce((total, burst) => total + read(burst), 0);
  const calls = sum((burst) => burst.calls);
  return {
    calls,
    perSecond: (calls / sum((burst) => burst.milliseconds)) * 1_000,
    cpuPerCall: sum((burst) => burst.cpu) / calls,
  };
}
