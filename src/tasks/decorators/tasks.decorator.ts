import type { TasksOptions } from '../options/task-options.js';
import { declareClassOptions } from './task-metadata.js';

/**
 * Defaults for every task of a class. Optional: a class without it uses those of TasksModule.
 *
 * @publicApi
 */
export function Tasks(options: TasksOptions): ClassDecorator {
  return (classRef) => declareClassOptions(classRef, options);
}
