import type { Provider } from '@nestjs/common';
import { AbandonedRuns } from './abandoned-runs.js';
import { ClockGuard } from './clock-guard.js';
import { TaskDeliveryHandler } from './delivery-handler.js';
import { RunnableTasks } from './invoke/runnable-tasks.js';
import { TaskInvoker } from './invoke/task-invoker.js';
import { Retention } from './retention.js';
import { RunningAttempts } from './running-attempts.js';
import { TaskWorker } from './task-worker.js';

/** Everything a worker is made of. */
export const WORKER_PROVIDERS: Provider[] = [
  AbandonedRuns,
  ClockGuard,
  Retention,
  RunnableTasks,
  RunningAttempts,
  TaskDeliveryHandler,
  TaskInvoker,
  TaskWorker,
];
