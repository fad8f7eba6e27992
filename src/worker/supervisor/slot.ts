import { setTimeout as sleep } from 'node:timers/promises';
import { deathsInARow, restartPause } from './restart-pause.js';
import type { SupervisedProcess } from './supervised-process.js';
import type { SupervisorLog } from './supervisor-log.js';

/** The place of one worker process: it is filled again when the process dies, and before a tainted one goes. */
export class Slot {
  private deaths = 0;
  /** A tainted process works on until another is ready. */
  private predecessor: SupervisedProcess | undefined;

  constructor(
    private readonly number: number,
    private readonly start: (number: number) => SupervisedProcess,
    /** Has a process stop, in its own time. */
    private readonly retire: (process: SupervisedProcess) => void,
    private readonly log: SupervisorLog,
  ) {}

  /** Until it is told to stop. */
  async fill(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const process = this.start(this.number);
      await this.watch(process);
      if (stopping.aborted) return;
      this.deaths = deathsInARow(this.deaths, process.worked);
      const pause = restartPause(this.deaths);
      this.log.restart(this.number, pause);
      await sleep(pause, undefined, { signal: stopping }).catch(() => undefined);
    }
  }

  /** Until it has exited, or should be replaced. */
  private async watch(process: SupervisedProcess): Promise<void> {
    if (await process.ready) {
      if (this.predecessor) this.retire(this.predecessor);
      this.predecessor = undefined;
    }
    const tainted = await Promise.race([process.exited.then(() => undefined), process.tainted]);
    if (tainted === undefined) return;
    this.log.tainted(process, tainted);
    // One that could not be replaced so far is older still.
    if (this.predecessor) this.retire(this.predecessor);
    this.predecessor = process;
  }
}
