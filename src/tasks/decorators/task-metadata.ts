import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import type { TaskOptions, TasksOptions } from '../options/task-options.js';

const TASK = Symbol('celeriac:task');
const TASKS = Symbol('celeriac:tasks');

/** A task as its decorators declare it, before any module resolves it. */
export interface TaskDeclaration {
  readonly classRef: Type;
  readonly method: string;
  readonly name: string;
  readonly options: TaskOptions;
  readonly classOptions: TasksOptions | undefined;
}

export function declareTask(method: object, options: TaskOptions): void {
  Reflect.defineMetadata(TASK, options, method);
}

export function declareClassOptions(classRef: object, options: TasksOptions): void {
  Reflect.defineMetadata(TASKS, options, classRef);
}

/** The tasks of a class, inherited ones included. */
export function declaredTasks(classRef: Type): TaskDeclaration[] {
  const classOptions = Reflect.getMetadata(TASKS, classRef) as TasksOptions | undefined;
  const declarations: TaskDeclaration[] = [];
  for (const method of methodsOf(classRef)) {
    const options = taskOptionsOf(classRef, method);
    if (!options) continue;
    declarations.push({
      classRef,
      method,
      name: options.name ?? `${classRef.name}.${method}`,
      options,
      classOptions,
    });
  }
  return declarations;
}

/** Names of the methods of a class and of those it extends. */
export function methodsOf(classRef: Type): Set<string> {
  const names = new Set<string>();
  for (
    let prototype = classRef.prototype as object | null;
    prototype && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (name !== 'constructor' && typeof descriptor.value === 'function') names.add(name);
    }
  }
  return names;
}

function taskOptionsOf(classRef: Type, method: string): TaskOptions | undefined {
  const implementation = (classRef.prototype as Record<string, object>)[method];
  return implementation && (Reflect.getMetadata(TASK, implementation) as TaskOptions | undefined);
}
