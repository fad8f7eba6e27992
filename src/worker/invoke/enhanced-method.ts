import { HttpException } from '@nestjs/common';
import { type ContextId, type ExternalContextCreator } from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';
import { taskScope } from '../../tasks/context/task-scope.js';
import { PARAM_ARGS_KEY } from '../../tasks/decorators/parameter-key.js';
import { CallRefusedError } from '../../tasks/errors/delivery.errors.js';
import type { TaskDefinition } from '../../tasks/registry/task-definition.js';
import type { Attempt } from '../run/attempt.js';
import { copyMetadata, FILTERS_KEY } from './enhancers.js';

type Method = (...args: unknown[]) => unknown;

/** The parameters Nest's pipes work on are the arguments, by position. */
const POSITIONAL = {
  exchangeKeyForValue: (index: number, _data: unknown, args: unknown[]): unknown => args[index],
};

/**
 * The method of a task with its guards, interceptors, pipes and filters around it. Built once, at boot; for a
 * request-scoped class, per delivery.
 *
 * Filters are kept apart from the rest, for a filter that returns a value would turn a failure into a success.
 */
export function enhanceMethod(
  creator: ExternalContextCreator,
  definition: TaskDefinition,
  instance: Record<string, Method>,
  withFilters: boolean,
  contextId?: ContextId,
): (attempt: Attempt) => Promise<unknown> {
  const method = instance[definition.method] as Method;
  const entered = markEntry(method);
  const guarded = creator.create(
    instance,
    entered as never,
    definition.method,
    PARAM_ARGS_KEY,
    POSITIONAL as never,
    contextId,
    undefined,
    { guards: true, interceptors: true, filters: false },
    'task',
  ) as Method;
  const run = async (attempt: Attempt): Promise<unknown> => {
    try {
      return await guarded(...attempt.args);
    } catch (error) {
      throw refusalOf(error, attempt, definition) ?? error;
    }
  };
  return withFilters ? filterErrors(creator, definition, instance, method, run, contextId) : run;
}

/** Notes that the task's own code begins, and passes on arguments that Nest knows no parameter for. */
function markEntry(method: Method): Method {
  const entered = function (this: unknown, ...piped: unknown[]): unknown {
    const attempt = taskScope.getStore() as Attempt;
    attempt.entered = true;
    return method.apply(this, [...given(piped, attempt.args.length), ...attempt.args.slice(piped.length)]);
  };
  copyMetadata(method, entered);
  return Object.defineProperty(entered, 'name', { value: method.name });
}

/** Nest fills omitted arguments with undefined; a rest parameter would collect it. */
function given(piped: readonly unknown[], called: number): readonly unknown[] {
  let length = piped.length;
  while (length > called && piped[length - 1] === undefined) length--;
  return piped.slice(0, length);
}

/** A guard that forbids, or a pipe that rejects, would do the same at every retry. */
function refusalOf(error: unknown, attempt: Attempt, { name }: TaskDefinition): CallRefusedError | undefined {
  if (attempt.entered || !(error instanceof HttpException)) return undefined;
  const status = error.getStatus();
  return status >= 400 && status < 500 ? new CallRefusedError(name, error) : undefined;
}

function filterErrors(
  creator: ExternalContextCreator,
  definition: TaskDefinition,
  instance: Record<string, Method>,
  method: Method,
  run: (attempt: Attempt) => Promise<unknown>,
  contextId?: ContextId,
): (attempt: Attempt) => Promise<unknown> {
  const thrown = new WeakMap<Attempt, { error: unknown }>();
  const recording = async (attempt: Attempt): Promise<unknown> => {
    try {
      return await run(attempt);
    } catch (error) {
      thrown.set(attempt, { error });
      throw error;
    }
  };
  copyMetadata(method, recording, Reflect.hasMetadata(FILTERS_KEY, method) ? [FILTERS_KEY] : []);
  const filtered = creator.create(
    instance,
    recording as never,
    definition.method,
    undefined,
    undefined,
    contextId,
    undefined,
    { guards: false, interceptors: false, filters: true },
    'task',
  ) as (attempt: Attempt) => Promise<unknown>;
  return async (attempt) => {
    const returned = await filtered(attempt);
    const failure = thrown.get(attempt);
    if (!failure) return returned;
    // A filter handled it: it may have thrown or returned another error, but a failure stays one.
    const mapped = isObservable(returned)
      ? await lastValueFrom(returned, { defaultValue: undefined })
      : returned;
    throw mapped instanceof Error ? mapped : failure.error;
  };
}
