export { AbandonedRuns } from './abandoned-runs.js';
export { loadApp } from './pools/load-app.js';
export { ProcessLogger } from './process-logger.js';
export { TaskWorker } from './task-worker.js';
export type { WorkerReport } from './worker-report.js';
export { WORKER_PROVIDERS } from './worker.providers.js';
