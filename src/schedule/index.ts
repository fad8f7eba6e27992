export { Scheduled } from './declare/scheduled.decorator.js';
export { ScheduleExplorer } from './declare/schedule.explorer.js';
export type {
  At,
  Every,
  NewSchedule,
  ScheduleBehaviour,
  ScheduledOptions,
} from './declare/schedule-options.js';
export { Scheduler } from './firing/scheduler.js';
export type { MisfirePolicy, OverlapPolicy } from './record/schedule-definition.js';
export * from './schedule.errors.js';
export type { ScheduleInfo, ScheduleLastRun, ScheduleSpan, ScheduleState } from './schedule-info.js';
export type {
  SchedulesModuleAsyncOptions,
  SchedulesModuleOptions,
  SchedulesSettings,
  SchedulesSettingsFactory,
} from './http/schedules-options.js';
export { SchedulesModule } from './http/schedules.module.js';
export { timezone } from './slots/index.js';
export { zonedTime } from './zoned-time.js';
export { SCHEDULE_PROVIDERS } from './schedule.providers.js';
export { Schedules } from './schedules.service.js';
