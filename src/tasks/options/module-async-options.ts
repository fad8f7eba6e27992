import type { DynamicModule, FactoryProvider, Provider, Type } from '@nestjs/common';
import type { TasksModuleOptions } from './module-options.js';

/** Makes the options of TasksModule. @publicApi */
export interface TasksOptionsFactory {
  createTasksOptions(): TasksModuleOptions | Promise<TasksModuleOptions>;
}

interface AsyncOptions {
  /** Modules that export what is injected. */
  imports?: DynamicModule['imports'];
  /**
   * Queues that `@InjectQueue()` of @nestjs/bullmq should find. With `forRoot` all of them are; here their names
   * are known too late for Nest. Defaults to none.
   */
  injectQueues?: string[];
}

/**
 * The options of `TasksModule.forRootAsync()`: exactly one of `useFactory`, `useClass` and `useExisting`.
 *
 * @publicApi
 */
export type TasksModuleAsyncOptions = AsyncOptions &
  (
    | {
        useFactory: (...args: never[]) => TasksModuleOptions | Promise<TasksModuleOptions>;
        inject?: FactoryProvider['inject'];
      }
    | { useClass: Type<TasksOptionsFactory> }
    | { useExisting: Type<TasksOptionsFactory> }
  );

/** Injection token of the options as the application gave them. */
export const RAW_OPTIONS = Symbol('celeriac:raw-options');

export function asyncOptionsProviders(options: TasksModuleAsyncOptions): Provider[] {
  if ('useFactory' in options) {
    const useFactory = options.useFactory as FactoryProvider['useFactory'];
    return [{ provide: RAW_OPTIONS, useFactory, inject: options.inject ?? [] }];
  }
  const useFactory = (factory: TasksOptionsFactory) => factory.createTasksOptions();
  if ('useExisting' in options) return [{ provide: RAW_OPTIONS, useFactory, inject: [options.useExisting] }];
  return [options.useClass, { provide: RAW_OPTIONS, useFactory, inject: [options.useClass] }];
}
