import { Inject, Injectable, Logger } from '@nestjs/common';
import { OUTCOMES, TaskEvents, type TaskOutcome } from '../../tasks/index.js';
import type { Sdk } from '../sdk/load-sdk.js';
import { SDK } from '../sdk/start-sdk.js';
import { checkInStatus } from './check-in-status.js';
import { type MonitoredSchedule, monitorOf } from './monitor.js';

/** Of the call that is a run: its check-in, and the slug of its monitor. */
const HEADER = 'sentry-check-in';

/**
 * Tells Sentry's Crons of the runs of schedules: that one is on its way when its call is sent, and what the call came to.
 * A run whose call nobody takes ends as one that took too long.
 *
 * @publicApi
 */
@Injectable()
export class TaskCheckIns {
  private readonly logger = new Logger('Sentry');
  private readonly warned = new Set<string>();

  constructor(
    @Inject(SDK) private readonly sdk: Sdk | undefined,
    private readonly events: TaskEvents,
  ) {}

  /**
   * A run of a schedule begins. One that Sentry cannot watch, because it runs by the second, is left out, with a warning
   * once.
   *
   * @returns headers for its call
   */
  begin(schedule: MonitoredSchedule): Record<string, string> {
    if (!this.sdk) return {};
    const monitor = monitorOf(schedule);
    if ('problem' in monitor) {
      this.warn(schedule.id, monitor.problem);
      return {};
    }
    const { slug, config } = monitor;
    const id = this.sdk.captureCheckIn({ monitorSlug: slug, status: 'in_progress' }, config);
    return { [HEADER]: `${id} ${slug}` };
  }

  /** Ends the runs whose calls end in this process. */
  listen(): void {
    this.events.onEach(OUTCOMES, (name, { headers }) => this.end(name, headers));
  }

  private end(name: TaskOutcome, headers: Readonly<Record<string, string>>): void {
    const status = checkInStatus(name);
    const [, checkInId, monitorSlug] =
      /^([0-9a-f]{32}) ([a-z0-9_-]{1,50})$/.exec(headers[HEADER] ?? '') ?? [];
    if (status && checkInId !== undefined && monitorSlug !== undefined)
      this.sdk?.captureCheckIn({ checkInId, monitorSlug, status });
  }

  private warn(id: string, problem: string): void {
    if (this.warned.has(id)) return;
    this.warned.add(id);
    this.logger.warn(`The schedule "${id}" is not watched by Sentry: ${problem}`);
  }
}
