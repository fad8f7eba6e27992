export * from './tasks/index.js';
export type { TasksModuleAsyncOptions, TasksOptionsFactory } from './tasks/options/module-async-options.js';
export { TasksModule } from './tasks.module.js';
export { AbandonedRuns, TaskWorker } from './worker/index.js';
