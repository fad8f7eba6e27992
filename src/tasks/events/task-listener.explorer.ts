import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { methodsOf } from '../decorators/task-metadata.js';
import { InvalidOptionError } from '../errors/configuration.errors.js';
import { processRole } from '../process-role.js';
import { listenerDeclarations, type TaskListenerFilter } from './on-task.decorator.js';
import { type TaskEvent, type TaskEventName, TaskEvents } from './task-events.js';

type Method = (event: unknown, name: TaskEventName) => unknown;

/** Finds the methods that `@OnTask` decorates, and has them told. */
@Injectable()
export class TaskListenerExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly events: TaskEvents,
  ) {}

  /** @throws {@link InvalidOptionError} for a provider there is not one of */
  explore(): void {
    // The worker that runs it tells what happens in it.
    if (processRole().kind === 'child') return;
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const classRef = wrapper.metatype as Type | null;
      if (typeof classRef !== 'function' || !classRef.prototype || wrapper.isAlias || wrapper.inject)
        continue;
      for (const name of methodsOf(classRef)) {
        const method = (classRef.prototype as Record<string, Method>)[name];
        for (const { events, filter } of method ? listenerDeclarations(method) : []) {
          if (!wrapper.isDependencyTreeStatic())
            throw new InvalidOptionError(
              `${classRef.name}.${name}`,
              '@OnTask',
              'decorates a method of a request-scoped provider',
              'Move it to a provider with the default scope.',
            );
          const instance = wrapper.instance as Record<string, Method>;
          this.events.onEach(events, (event, told) => {
            if (concerns(filter, told)) return (instance[name] as Method)(told, event);
          });
        }
      }
    }
  }
}

function concerns({ task }: TaskListenerFilter, event: object): boolean {
  if (task === undefined) return true;
  const told = (event as Partial<TaskEvent>).task;
  return typeof task === 'string' ? told === task : told !== undefined && task.includes(told);
}
