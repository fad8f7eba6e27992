import 'reflect-metadata';
import type { TaskEventMap, TaskEventName } from './task-events.js';

const ON_TASK = Symbol('celeriac:on-task');

/** Which events a method wants to hear of. */
export interface TaskListenerFilter {
  /** Those of this task, or these, alone. */
  task?: string | readonly string[];
}

/** One declaration of `@OnTask`. */
export interface ListenerDeclaration {
  readonly events: readonly TaskEventName[];
  readonly filter: TaskListenerFilter;
}

/**
 * Calls a method of a provider whenever one of these events happens in its process: `@OnTask('failed')`,
 * `@OnTask(['succeeded', 'failed'], { task: 'thumbnail.render' })`. Nothing waits for it, and what it throws is logged and
 * changes nothing. `started` comes before a task's code, `returned` after it. Celery: signals, `before_start`,
 * `after_return`.
 *
 * With the prefork pool the worker tells, not its children.
 *
 * @publicApi
 */
export function OnTask<E extends TaskEventName>(events: E | readonly E[], filter: TaskListenerFilter = {}) {
  return <M extends (event: TaskEventMap[E], name: E) => unknown>(
    _target: object,
    _method: string,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    const method = descriptor.value as object;
    const declared: ListenerDeclaration = { events: typeof events === 'string' ? [events] : events, filter };
    Reflect.defineMetadata(ON_TASK, [...listenerDeclarations(method), declared], method);
  };
}

/** What a method is decorated with. */
export const listenerDeclarations = (method: object): readonly ListenerDeclaration[] =>
  (Reflect.getOwnMetadata(ON_TASK, method) as ListenerDeclaration[] | undefined) ?? [];
