import type { ChoreReport } from '../../tasks/housekeeping/chore.js';
import type { Beat } from '../../tasks/presence.js';

const PREFIX = 'housekeeping ';

export interface HousekeepingState {
  readonly chores: readonly ChoreReport[];
}

export const housekeepingBeatId = (process: string): string => `${PREFIX}${process}`;

/** What the package does in the processes of the cluster: of each thing, how it went where it was done last. */
export function choresOf(beats: readonly Beat[]): ChoreReport[] {
  const latest = new Map<string, ChoreReport>();
  for (const { id, state } of beats) {
    if (!id.startsWith(PREFIX)) continue;
    for (const chore of (state as HousekeepingState).chores)
      if (chore.at > (latest.get(chore.id)?.at ?? 0)) latest.set(chore.id, chore);
  }
  return [...latest.values()];
}
