import { Injectable } from '@nestjs/common';
import { queueOfId } from '../call-id.js';
import { UnknownTaskError } from '../errors/enqueue.errors.js';
import { TaskRegistry } from '../registry/task.registry.js';
import type { TaskResult } from '../result/task-result.js';
import { TaskResults } from '../result/task-results.js';
import type { CallOptions } from './call-options.js';
import { TaskSender } from './task-sender.js';
import type { CallPlace } from '../transaction/transactional-adapter.js';
import type { Transaction } from '../transaction/transaction.js';
import { TransactionalCalls } from '../transaction/transactional-calls.js';

/**
 * Calls tasks by name, and makes handles of ids kept elsewhere.
 *
 * @publicApi
 */
@Injectable()
export class TasksService {
  constructor(
    private readonly sender: TaskSender,
    private readonly registry: TaskRegistry,
    private readonly results: TaskResults,
    private readonly transactions: TransactionalCalls,
  ) {}

  /**
   * Calls a task by its name. If its class is not loaded in this process, name the queue in the options.
   * Celery: `app.send_task`.
   *
   * @throws {@link UnknownTaskError}, and what `delay` throws
   */
  call<R = unknown>(name: string, args?: readonly unknown[], options?: CallOptions): Promise<TaskResult<R>> {
    return this.send(undefined, name, args, options);
  }

  /**
   * Calls tasks by name in a transaction of yours, as `within()` of a task does.
   *
   * @throws {@link WithinUnavailableError}, {@link NotInTransactionError}, {@link ForeignTransactionError}
   */
  within(transaction: Transaction): Pick<TasksService, 'call'> {
    const place = this.transactions.enter(transaction);
    return { call: (...call) => this.send(place, ...call) };
  }

  private async send<R>(
    place: CallPlace | undefined,
    name: string,
    args: readonly unknown[] = [],
    options: CallOptions = {},
  ): Promise<TaskResult<R>> {
    const definition = this.registry.get(name);
    if (!definition && options.queue === undefined) throw new UnknownTaskError(name);
    return this.sender.send<R>(definition ?? { name }, args, options, place);
  }

  /** The handle of a call. Celery: `AsyncResult(id)`. @throws {@link InvalidTaskIdError} */
  result<R = unknown>(id: string): TaskResult<R> {
    queueOfId(id);
    return this.results.of<R>(id);
  }
}
