export const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

/**
 * How far a stop has come. `warm`: running calls are waited for. `cold`: they are aborted and handed back.
 * `forced`: processes are killed, and what they held is put back.
 */
export type StopStage = 'running' | 'warm' | 'cold' | 'forced';

/** Every signal goes one stage further; SIGQUIT does not wait for running calls. */
export function stageAfter(stage: StopStage, signal: StopSignal): StopStage {
  switch (stage) {
    case 'running':
      return signal === 'SIGQUIT' ? 'cold' : 'warm';
    case 'warm':
      return 'cold';
    case 'cold':
    case 'forced':
      return 'forced';
  }
}
