import type { Provider } from '@nestjs/common';
import { AbandonedRuns } from './abandoned-runs.js';
import { ClockGuard } from './clock-guard.js';
import { TaskDeliveryHandler } from './delivery-handler.js';
import { RunnableTasks } from './invoke/runnable-tasks.js';
import { TaskInvoker } from './invoke/task-invoker.js';
import { ChildRuns } from './pools/child/child-runs.js';
import { IsolatedRuns } from './pools/isolated-runs.js';
import { SoleRuns } from './pools/sole-runs.js';
import { LimitedCalls } from './limits/limited-calls.js';
import { ParkedCalls } from './parked-calls.js';
import { Retention } from './retention.js';
import { RunningAttempts } from './running-attempts.js';
import { ChildDeaths } from './run/child-deaths.js';
import { CrashHistory } from './run/crash-history.js';
import { Runs } from './run/runs.js';
import { RevocationWatch } from './revocation-watch.js';
import { TaskWorker } from './task-worker.js';
import { WorkerBeat } from './worker-beat.js';
import { Watchdog } from './watchdog/watchdog.js';

/** Everything a worker is made of. */
export const WORKER_PROVIDERS: Provider[] = [
  AbandonedRuns,
  ChildDeaths,
  ChildRuns,
  ClockGuard,
  CrashHistory,
  IsolatedRuns,
  LimitedCalls,
  ParkedCalls,
  Retention,
  RunnableTasks,
  RunningAttempts,
  RevocationWatch,
  Runs,
  SoleRuns,
  TaskDeliveryHandler,
  TaskInvoker,
  TaskWorker,
  Watchdog,
  WorkerBeat,
];
