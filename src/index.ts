export * from './tasks/index.js';
export type { TasksModuleAsyncOptions, TasksOptionsFactory } from './tasks/options/module-async-options.js';
export { TasksModule } from './tasks.module.js';
export {
  type At,
  DeclaredScheduleError,
  DuplicateScheduleError,
  type Every,
  type MisfirePolicy,
  type NewSchedule,
  type OverlapPolicy,
  Scheduled,
  ScheduleContendedError,
  type ScheduleBehaviour,
  type ScheduledOptions,
  type ScheduleInfo,
  type ScheduleLastRun,
  Schedules,
  SchedulesModule,
  type SchedulesModuleAsyncOptions,
  type SchedulesModuleOptions,
  type SchedulesSettings,
  type SchedulesSettingsFactory,
  type ScheduleSpan,
  type ScheduleState,
  ScheduleTakenError,
  UnknownScheduleError,
} from './schedule/index.js';
export { AbandonedRuns, TaskWorker } from './worker/index.js';
export {
  type BreakerState,
  type ConcurrencyLimitState,
  type HeldLock,
  type LockOptions,
  type RateLimitState,
  TaskBreakers,
  TaskLimits,
  TaskLocks,
  type WithinLimitOptions,
} from './limits/index.js';
