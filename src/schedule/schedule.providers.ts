import type { Provider } from '@nestjs/common';
import { ScheduleExplorer } from './declare/schedule.explorer.js';
import { ScheduleFiring } from './firing/schedule-firing.js';
import { Scheduler } from './firing/scheduler.js';
import { ScheduleHealth } from './health/schedule-health.js';
import { HousekeepingBeat } from './housekeeping/housekeeping-beat.js';
import { Schedules } from './schedules.service.js';
import { ScheduleSync } from './sync/schedule-sync.js';

/** What TasksModule needs to fire schedules. */
export const SCHEDULE_PROVIDERS: Provider[] = [
  HousekeepingBeat,
  ScheduleExplorer,
  ScheduleFiring,
  ScheduleHealth,
  ScheduleSync,
  Scheduler,
  Schedules,
];
