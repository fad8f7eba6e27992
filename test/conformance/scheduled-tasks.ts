import { Injectable } from '@nestjs/common';
import { Scheduled, Task, TaskContext } from '../../src/index.js';

interface Run {
  readonly which: string;
  readonly id: string | undefined;
  readonly slot: Date | undefined;
}

/** A task with a schedule. */
@Injectable()
export class ScheduledTasks {
  readonly runs: Run[] = [];

  constructor(private readonly task: TaskContext) {}

  @Scheduled({ every: '1s' }, { id: 'often', with: ['often'] })
  @Task({ name: 'scheduled' })
  async scheduled(which: string): Promise<void> {
    const { id, slot } = this.task.scheduled ?? {};
    this.runs.push({ which, id, slot });
  }
}
