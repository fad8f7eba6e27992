import { Inject, Injectable, Logger, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { declaredTasks } from '../decorators/task-metadata.js';
import { registeredTaskClasses } from '../decorators/tasks-token.js';
import { NoTasksError } from '../errors/configuration.errors.js';
import { warnOfLimits } from '../options/limits/warn-of-limits.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../options/resolve-module-options.js';
import { processRole } from '../process-role.js';
import type { TaskDefinition } from './task-definition.js';
import { TaskRegistry } from './task.registry.js';

type ProviderWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** Where Nest keeps the tokens a constructor asks for by `@Inject`. */
const INJECTED_PARAMETERS = 'self:paramtypes';
const INJECTED_PROPERTIES = 'self:properties_metadata';

/** A task together with the provider that implements it. */
export interface DiscoveredTask {
  readonly definition: TaskDefinition;
  readonly wrapper: ProviderWrapper;
}

/** Finds the tasks of an application: those its providers implement, and those they call. */
@Injectable()
export class TaskExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly registry: TaskRegistry,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /**
   * Resolves every task the application uses, so that a mistake fails the boot.
   *
   * @returns those that a provider of this process implements
   */
  explore(): DiscoveredTask[] {
    const providers = this.providers();
    const classOfToken = new Map([...registeredTaskClasses()].map(([classRef, token]) => [token, classRef]));
    const discovered = new Map<string, DiscoveredTask>();
    for (const wrapper of providers) {
      const classRef = wrapper.metatype as Type | null;
      if (typeof classRef !== 'function') continue;
      for (const token of injectedTokens(classRef)) {
        const called = classOfToken.get(token as symbol);
        if (called && this.registry.define(called).size === 0) throw new NoTasksError(called.name);
      }
      if (wrapper.isAlias || wrapper.inject || !classRef.prototype || declaredTasks(classRef).length === 0)
        continue;
      for (const definition of this.registry.define(classRef).values()) {
        if (!discovered.has(definition.name)) discovered.set(definition.name, { definition, wrapper });
      }
    }
    this.warn();
    return [...discovered.values()];
  }

  /** The classes of this application, whether they have tasks or not. */
  classes(): Type[] {
    return this.providers().flatMap(({ metatype }) =>
      typeof metatype === 'function' && metatype.prototype ? [metatype as Type] : [],
    );
  }

  private providers(): ProviderWrapper[] {
    return [...this.discovery.getProviders(), ...this.discovery.getControllers()];
  }

  private warn(): void {
    // Its parent has.
    if (processRole().kind === 'child') return;
    const logger = new Logger('TasksModule');
    for (const definition of this.registry.all()) {
      for (const warning of warnOfLimits(definition, this.options)) logger.warn(warning);
    }
  }
}

function injectedTokens(classRef: Type): unknown[] {
  const parameters = (Reflect.getMetadata(INJECTED_PARAMETERS, classRef) ?? []) as { param: unknown }[];
  const properties = (Reflect.getMetadata(INJECTED_PROPERTIES, classRef) ?? []) as { type: unknown }[];
  return [...parameters.map(({ param }) => param), ...properties.map(({ type }) => type)];
}
