import type { AsyncOptions } from './async-options.js';
import type { TasksModuleOptions } from './module-options.js';

/** Makes the options of TasksModule. @publicApi */
export interface TasksOptionsFactory {
  createTasksOptions(): TasksModuleOptions | Promise<TasksModuleOptions>;
}

/** The options of `TasksModule.forRootAsync()`. @publicApi */
export type TasksModuleAsyncOptions = AsyncOptions<TasksModuleOptions, TasksOptionsFactory> & {
  /**
   * Queues that `@InjectQueue()` of @nestjs/bullmq should find. With `forRoot` all of them are; here their names
   * are known too late for Nest. Defaults to none.
   */
  injectQueues?: string[];
};

/** Injection token of the options as the application gave them. */
export const RAW_OPTIONS = Symbol('celeriac:raw-options');
