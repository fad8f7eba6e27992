import { Inject, Injectable } from '@nestjs/common';
import {
  ApplicationConfig,
  ContextIdFactory,
  ExternalContextCreator,
  ModuleRef,
  ModulesContainer,
} from '@nestjs/core';
import { validateArguments } from '../../tasks/client/validate-arguments.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../tasks/options/resolve-module-options.js';
import type { TaskDefinition } from '../../tasks/registry/task-definition.js';
import type { DiscoveredTask } from '../../tasks/registry/task.explorer.js';
import { Attempt } from '../run/attempt.js';
import { enhanceMethod } from './enhanced-method.js';
import { declaredEnhancers } from './enhancers.js';
import type { RunnableTask } from './runnable-task.js';

type Method = (...args: unknown[]) => unknown;
type Instance = Record<string, Method>;

/** Builds the way from a delivery to the method of a provider. */
@Injectable()
export class TaskInvoker {
  private readonly creator: ExternalContextCreator;
  private readonly global: boolean;

  constructor(
    @Inject(RESOLVED_OPTIONS) options: ResolvedOptions,
    withGlobals: ExternalContextCreator,
    modules: ModulesContainer,
    private readonly moduleRef: ModuleRef,
  ) {
    this.global = options.enhancers.global;
    this.creator = this.global ? withGlobals : withoutGlobals(modules);
  }

  runnable({ definition, wrapper }: DiscoveredTask): RunnableTask {
    const { classRef, method, schema, name } = definition;
    const enhancers = declaredEnhancers(classRef, method);
    const enhanced = this.global || enhancers.any;
    const filtered = this.global || enhancers.filters;
    const invoke = wrapper.isDependencyTreeStatic()
      ? this.onInstance(definition, wrapper.instance as Instance, enhanced, filtered)
      : this.perDelivery(definition, wrapper.token as never, enhanced, filtered);
    if (!schema) return { definition, invoke };
    return {
      definition,
      invoke: async (attempt) => {
        const args = await validateArguments(name, schema, attempt.args);
        attempt.args = args;
        return invoke(attempt);
      },
    };
  }

  private onInstance(
    definition: TaskDefinition,
    instance: Instance,
    enhanced: boolean,
    filtered: boolean,
    contextId?: ReturnType<typeof ContextIdFactory.create>,
  ): (attempt: Attempt) => unknown {
    if (enhanced) return enhanceMethod(this.creator, definition, instance, filtered, contextId);
    const { method } = definition;
    return (attempt) => {
      attempt.entered = true;
      return (instance[method] as Method)(...attempt.args);
    };
  }

  private perDelivery(
    definition: TaskDefinition,
    token: string,
    enhanced: boolean,
    filtered: boolean,
  ): (attempt: Attempt) => Promise<unknown> {
    return async (attempt) => {
      const contextId = ContextIdFactory.create();
      const { id, name, queue, headers, args } = attempt;
      this.moduleRef.registerRequestByContextId({ task: { id, name, queue, headers }, args }, contextId);
      const instance = await this.moduleRef.resolve<Instance>(token, contextId, { strict: false });
      return this.onInstance(definition, instance, enhanced, filtered, contextId)(attempt);
    };
  }
}

/** A context creator that sees the application's modules, but none of its global enhancers. */
function withoutGlobals(modules: ModulesContainer): ExternalContextCreator {
  const container = { applicationConfig: new ApplicationConfig(), getModules: () => modules };
  return ExternalContextCreator.fromContainer(container as never);
}
