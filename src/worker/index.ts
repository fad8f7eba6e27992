export { AbandonedRuns } from './abandoned-runs.js';
export { TaskWorker } from './task-worker.js';
export { WORKER_PROVIDERS } from './worker.providers.js';
