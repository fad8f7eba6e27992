import { Injectable, type Type } from '@nestjs/common';
import { declaredTasks, methodsOf } from '../decorators/task-metadata.js';
import { NotATaskError } from '../errors/configuration.errors.js';
import { TaskRegistry } from '../registry/task.registry.js';
import type { TaskResult } from '../result/task-result.js';
import type { CallOptions, ManyCallOptions } from './call-options.js';
import { TaskSender } from './task-sender.js';
import type { CallPlace } from '../transaction/transactional-adapter.js';
import type { Transaction } from '../transaction/transaction.js';
import { TransactionalCalls } from '../transaction/transactional-calls.js';

/**
 * How to call one task; typed by its method.
 *
 * @publicApi
 */
export interface TaskCaller<Args extends readonly unknown[], R> {
  /**
   * Calls the task with its own options. Celery: `delay`.
   *
   * @throws {@link InvalidArgumentsError}, {@link PayloadTooLargeError}, {@link EnqueueTimeoutError},
   *   {@link ClientClosedError}
   */
  delay(...args: Args): Promise<TaskResult<R>>;
  /** Calls it with options of this call. Celery: `apply_async`. @throws also {@link InvalidOptionError} */
  applyAsync(args: Args, options?: CallOptions): Promise<TaskResult<R>>;
  /** Many calls in few operations; either all are valid or none is sent. */
  delayMany(calls: readonly Args[], options?: ManyCallOptions): Promise<TaskResult<R>[]>;
  /**
   * The same in a transaction of yours: the calls exist if and only if it commits. Celery: `delay_on_commit`, which
   * a crash after the commit loses. Until then `result.state()` is null.
   *
   * Needs `TransactionalTasksModule` from `celeriac/typeorm`.
   *
   * @param transaction TypeORM's EntityManager or QueryRunner, in a transaction
   * @throws {@link WithinUnavailableError}, {@link NotInTransactionError}, {@link ForeignTransactionError}
   */
  within(transaction: Transaction): TransactionalTaskCaller<Args, R>;
}

/**
 * How to call one task in a transaction.
 *
 * @publicApi
 */
export interface TransactionalTaskCaller<Args extends readonly unknown[], R> extends Omit<
  TaskCaller<Args, R>,
  'within'
> {
  /**
   * Many calls, each with options of its own, in few operations; either all are valid or none is made. A `taskId` must
   * be new: whether another call has it already is not looked at.
   *
   * @throws {@link InvalidArgumentsError}, {@link PayloadTooLargeError}, {@link InvalidOptionError}
   */
  applyMany(calls: readonly { readonly args: Args; readonly options?: CallOptions }[]): Promise<void>;
}

type AnyMethod = (...args: never[]) => unknown;

/**
 * The tasks of a class, to be called. Inject it with `@InjectTasks(ThumbnailTasks)`.
 *
 * @publicApi
 */
export type TaskClient<T> = {
  readonly [K in keyof T as T[K] extends AnyMethod ? K : never]: T[K] extends (...args: infer Args) => infer R
    ? TaskCaller<Args, Awaited<R>>
    : never;
};

/** Makes the clients of classes. Their tasks are resolved when first used, or at boot by the explorer. */
@Injectable()
export class TaskClients {
  constructor(
    private readonly registry: TaskRegistry,
    private readonly sender: TaskSender,
    private readonly transactions: TransactionalCalls,
  ) {}

  create(classRef: Type): object {
    const tasks = new Set(declaredTasks(classRef).map((declaration) => declaration.method));
    const client = {};
    for (const method of methodsOf(classRef)) {
      let caller: TaskCaller<unknown[], unknown> | undefined;
      Object.defineProperty(client, method, {
        enumerable: tasks.has(method),
        get: () => (caller ??= this.caller(classRef, method)),
      });
    }
    return client;
  }

  /** @throws {@link NotATaskError} */
  private caller(classRef: Type, method: string): TaskCaller<unknown[], unknown> {
    const definition = this.registry.define(classRef).get(method);
    if (!definition) throw new NotATaskError(classRef.name, method);
    const callerIn = (place?: CallPlace): Omit<TaskCaller<unknown[], unknown>, 'within'> => ({
      delay: (...args) => this.sender.send(definition, args, undefined, place),
      applyAsync: (args, options) => this.sender.send(definition, args, options ?? {}, place),
      delayMany: (calls, options) => this.sender.sendMany(definition, calls, options, place),
    });
    return {
      ...callerIn(),
      within: (transaction) => {
        const place = this.transactions.enter(transaction);
        return {
          ...callerIn(place),
          applyMany: (calls) => this.sender.placeMany(definition, calls, place),
        };
      },
    };
  }
}
