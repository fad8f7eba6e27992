export * from './errors/index.js';
export type { Duration } from './duration.js';
export { Task } from './decorators/task.decorator.js';
export { Tasks } from './decorators/tasks.decorator.js';
export { getTasksToken, InjectTasks } from './decorators/tasks-token.js';
export type { ScheduledRun, ScheduleTimes } from './schedule-headers.js';
export { TaskContext } from './context/task-context.js';
export type { TaskLog } from './context/task-log.js';
export type { TaskCaller, TaskClient, TransactionalTaskCaller } from './client/task-client.js';
export type { CallOptions, ManyCallOptions, TaskPriority } from './client/call-options.js';
export type { Transaction } from './transaction/transaction.js';
export type { CrashRecord } from './call-records.js';
export {
  type FailedCall,
  type FailedCallDetails,
  FailedCalls,
  type FailedPage,
} from './failed/failed-calls.js';
export type { FailedFilter } from './failed/failed-filter.js';
export { TasksService } from './client/tasks.service.js';
export { TaskResult } from './result/task-result.js';
export type { TaskState, TaskStateName } from './result/task-state.js';
export {
  type CallEventName,
  type DeliveryEvent,
  type HealthEvent,
  type LossEvent,
  OUTCOMES,
  type ScheduleEvent,
  type ReturnEvent,
  type StartEvent,
  type TaskEvent,
  type TaskEventMap,
  type TaskEventName,
  TaskEvents,
  type TaskListener,
  type TaskOutcome,
} from './events/task-events.js';
export { OnTask, type TaskListenerFilter } from './events/on-task.decorator.js';
export { TaskInstruments } from './instrumentation/task-instruments.js';
export type {
  Publication,
  PublishedCalls,
  RunningCall,
  TaskInstrumentation,
} from './instrumentation/task-instrumentation.js';
export type { HealthReport, HealthSource, HealthStatus } from './health/health-source.js';
export { HealthSources } from './health/health-sources.js';
export type { GaugeSample, GaugeSource, GaugeSpec } from './metrics/gauge-source.js';
export { GaugeSources } from './metrics/gauge-sources.js';
export { type Count, type CounterSpec, Counts } from './metrics/counts.js';
export type {
  BreakerOptions,
  ConcurrencyOptions,
  KeyOf,
  LimitOptions,
  OnExceeded,
  OnLocked,
  RateLimit,
  RateLimitOptions,
  SharedRateLimit,
  UniqueOptions,
  WindowOptions,
} from './options/limits/limit-options.js';
export type { Rate } from './options/limits/rate.js';
export type {
  Acks,
  DeliveryOptions,
  OnWorkerLost,
  RetryPolicyOptions,
  TaskDefaults,
  TaskOptions,
  TasksOptions,
  TimeLimitOptions,
} from './options/task-options.js';
export type {
  BrokerOptions,
  EmbeddedBrokerOptions,
  Memory,
  Pool,
  PostgresBrokerOptions,
  QueueOptions,
  RedisBrokerOptions,
  TasksModuleOptions,
  WorkerOptions,
} from './options/module-options.js';
