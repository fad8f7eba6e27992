import { Injectable } from '@nestjs/common';
import type { RunnableTask } from './runnable-task.js';

/** The tasks this worker can run, by name. */
@Injectable()
export class RunnableTasks {
  private readonly byName = new Map<string, RunnableTask>();

  add(task: RunnableTask): void {
    this.byName.set(task.definition.name, task);
  }

  get(name: string): RunnableTask | undefined {
    return this.byName.get(name);
  }

  /** Names of the tasks whose calls may wait in a queue: any, since a call can choose its queue. */
  names(): string[] {
    return [...this.byName.keys()];
  }

  anyIsolated(): boolean {
    return this.all().some(({ definition }) => definition.policy.isolate);
  }

  all(): RunnableTask[] {
    return [...this.byName.values()];
  }
}
