import { Injectable } from '@nestjs/common';
import { InjectTasks, Task, type TaskClient, TaskContext, Tasks } from '../../src/index.js';
import { Gates, Journal } from '../conformance/fixture-tasks.js';

/** What is unique here: the first argument. */
@Tasks({ queue: 'unique' })
@Injectable()
export class UniqueTasks {
  constructor(
    private readonly task: TaskContext,
    private readonly journal: Journal,
    private readonly gates: Gates,
  ) {}

  @Task({ name: 'sole', unique: { by: ([key]) => key as string } })
  async sole(key: string, wait: boolean): Promise<void> {
    this.journal.write(key, this.task);
    if (wait) await this.gates.enter(key);
  }
}

@Injectable()
export class UniqueCallers {
  constructor(@InjectTasks(UniqueTasks) readonly tasks: TaskClient<UniqueTasks>) {}
}
