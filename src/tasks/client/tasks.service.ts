import { Injectable } from '@nestjs/common';
import { queueOfId } from '../call-id.js';
import { UnknownTaskError } from '../errors/enqueue.errors.js';
import { TaskRegistry } from '../registry/task.registry.js';
import { ResultReader } from '../result/result-reader.js';
import { TaskResult } from '../result/task-result.js';
import type { CallOptions } from './call-options.js';
import { TaskSender } from './task-sender.js';

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
    private readonly reader: ResultReader,
  ) {}

  /**
   * Calls a task by its name. If its class is not loaded in this process, name the queue in the options.
   * Celery: `app.send_task`.
   *
   * @throws {@link UnknownTaskError}, and what `delay` throws
   */
  async call<R = unknown>(
    name: string,
    args: readonly unknown[] = [],
    options: CallOptions = {},
  ): Promise<TaskResult<R>> {
    const definition = this.registry.get(name);
    if (!definition && options.queue === undefined) throw new UnknownTaskError(name);
    return this.sender.send<R>(definition ?? { name }, args, options);
  }

  /** The handle of a call. Celery: `AsyncResult(id)`. @throws {@link InvalidTaskIdError} */
  result<R = unknown>(id: string): TaskResult<R> {
    queueOfId(id);
    return new TaskResult<R>(id, false, this.reader);
  }
}
