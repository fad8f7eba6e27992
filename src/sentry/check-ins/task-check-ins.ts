import { createHash } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { OUTCOMES, type ScheduleEvent, TaskEvents, type TaskOutcome } from '../../tasks/index.js';
import { type ScheduledRun, scheduledRun } from '../../tasks/schedule-headers.js';
import type { Sdk } from '../sdk/load-sdk.js';
import { SDK } from '../sdk/start-sdk.js';
import { checkInStatus } from './check-in-status.js';
import { monitorOf } from './monitor.js';

/**
 * Tells Sentry's Crons of the runs of schedules: that one is on its way when its slot is fired, and what its call came to. A
 * run whose call nobody takes ends as one that took too long; a slot that nobody fires is missed.
 */
@Injectable()
export class TaskCheckIns {
  private readonly logger = new Logger('Sentry');
  private readonly warned = new Set<string>();

  constructor(
    @Inject(SDK) private readonly sdk: Sdk | undefined,
    private readonly events: TaskEvents,
  ) {}

  /** One process fires a slot, another may end its call: both know the check-in by schedule and slot. */
  listen(): void {
    this.events.on('scheduled', (event) => this.begin(event));
    this.events.onEach(OUTCOMES, (name, { headers }) => this.end(name, scheduledRun(headers)));
  }

  private begin({ schedule: id, slot, when }: ScheduleEvent): void {
    // Somebody had it run, or it runs once.
    if (slot === null || 'at' in when) return;
    const monitor = monitorOf({ id, when });
    if ('problem' in monitor) return this.warn(id, monitor.problem);
    const { slug: monitorSlug, config } = monitor;
    // The SDK takes the id, though its type does not say so.
    const checkIn = { checkInId: checkInOf(id, slot), monitorSlug, status: 'in_progress' as const };
    this.sdk?.captureCheckIn(checkIn, config);
  }

  private end(outcome: TaskOutcome, run: ScheduledRun | undefined): void {
    const status = checkInStatus(outcome);
    if (!status || !run?.slot || 'at' in run.when) return;
    const { id, slot, when } = run;
    const monitor = monitorOf({ id, when });
    if ('problem' in monitor) return;
    this.sdk?.captureCheckIn({ checkInId: checkInOf(id, slot.getTime()), monitorSlug: monitor.slug, status });
  }

  private warn(id: string, problem: string): void {
    if (this.warned.has(id)) return;
    this.warned.add(id);
    this.logger.warn(`The schedule "${id}" is not watched by Sentry: ${problem}`);
  }
}

/** Sentry takes ids of 32 hexadecimal digits. */
const checkInOf = (schedule: string, slot: number): string =>
  createHash('sha256').update(`${schedule} ${slot}`).digest('hex').slice(0, 32);
