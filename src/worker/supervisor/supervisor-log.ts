import { Logger } from '@nestjs/common';
import { formatDuration } from '../../tasks/duration.js';
import type { StopStage } from './stop-stage.js';
import { readBlockedReport } from './blocked-report.js';
import { describeEnd, endedInOrder, type ProcessEnd } from './process-end.js';
import type { Reclaimed } from './recovery.js';
import type { SupervisedProcess } from './supervised-process.js';

/** More ids than this are counted only. */
const SHOWN_IDS = 5;

const STAGES: Readonly<Record<Exclude<StopStage, 'running'>, (patience: string) => string>> = {
  warm: (patience) => `Stopping: running calls have up to ${patience}`,
  cold: () => 'Stopping at once: running calls are aborted and handed back',
  forced: () => 'Killing what is left; what it held is put back',
};

/** What an operator should know of worker processes. */
export class SupervisorLog {
  private readonly logger = new Logger('Supervisor');

  ready(process: SupervisedProcess): void {
    this.logger.log(`${name(process)} is ready`);
  }

  ended(process: SupervisedProcess, end: ProcessEnd): void {
    if (endedInOrder(end)) return this.logger.log(`${name(process)} has stopped`);
    const { failure, report, worked } = process;
    if (failure !== undefined) return this.logger.error(`${name(process)} could not start: ${failure}`);
    const when = report ? `after ${rounded(worked)}` : 'before it was ready';
    this.logger.error(`${name(process)} died ${when}: ${describeEnd(end)}`);
  }

  restart(number: number, pause: number): void {
    this.logger.log(`worker ${number} starts again ${pause === 0 ? 'at once' : `in ${rounded(pause)}`}`);
  }

  reclaimed(process: SupervisedProcess, { ids, errors }: Reclaimed): void {
    if (ids.length > 0) {
      const shown = ids.length > SHOWN_IDS ? '' : ` (${ids.join(', ')})`;
      const calls = ids.length === 1 ? '1 call is' : `${ids.length} calls are`;
      this.logger.warn(`${name(process)}: ${calls} back in the queue${shown}`);
    }
    for (const { message } of errors) this.logger.error(`${name(process)}: ${message}`);
  }

  tainted(process: SupervisedProcess, reason: string): void {
    this.logger.warn(`${name(process)} is replaced: ${reason}`);
  }

  /** A line from a thread of a process whose event loop is blocked. */
  report(process: SupervisedProcess, line: string): void {
    const blocked = readBlockedReport(line);
    if (!blocked) return this.logger.warn(`${name(process)} reports something unknown: ${line}`);
    const { task, id, seconds } = blocked;
    this.logger.error(
      `${name(process)}: "${task}" (${id}) blocked its event loop for ${seconds} s; ` +
        `the process was ended and is replaced`,
    );
  }

  stopping(stage: Exclude<StopStage, 'running'>, patience: number): void {
    this.logger.log(STAGES[stage](rounded(patience)));
  }

  overdue(process: SupervisedProcess): void {
    this.logger.error(`${name(process)} did not stop in time`);
  }

  noBroker(error: unknown): void {
    this.logger.warn(
      `No connection to the broker yet, to put back the calls of dead processes: ${(error as Error).message}`,
    );
  }
}

const name = ({ number, pid }: SupervisedProcess): string => `worker ${number} (pid ${pid})`;

const rounded = (milliseconds: number): string =>
  formatDuration(milliseconds < 1_000 ? milliseconds : Math.round(milliseconds / 1_000) * 1_000);
