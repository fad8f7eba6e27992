import type { Type } from '@nestjs/common';
import { InvalidOptionError } from '../errors/configuration.errors.js';
import type { TaskOptions } from '../options/task-options.js';
import { supplyParameterMetadata } from './parameter-metadata.js';
import { declareTask } from './task-metadata.js';
import { getTasksToken } from './tasks-token.js';

type TaskMethod = (...args: never[]) => unknown;

/**
 * Makes a method of a provider a task: call it with `.delay()` from any process, and a worker runs it.
 *
 * The method takes and returns plain JSON. It may run more than once (late acks are the default), so let it
 * tolerate that: pass ids, check state first, write once. Celery: `@app.task`.
 *
 * @throws at boot, when an option is unknown or contradicts another
 * @publicApi
 */
export function Task(options: TaskOptions = {}) {
  return <M extends TaskMethod>(
    target: object,
    method: string,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    if (typeof target === 'function') {
      const subject = `${target.name}.${method}`;
      throw new InvalidOptionError(
        subject,
        '@Task',
        'decorates a static method',
        'Make it a method of a provider.',
      );
    }
    const classRef = target.constructor as Type;
    declareTask(descriptor.value as M, options);
    supplyParameterMetadata(classRef, method, descriptor.value as M);
    getTasksToken(classRef);
  };
}
