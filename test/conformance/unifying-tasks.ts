import { Injectable } from '@nestjs/common';
import { Ignore, InjectTasks, Task, TaskContext, type TaskClient, Tasks } from '../../src/index.js';
import { Gates, Journal } from './fixture-tasks.js';

export type Then = 'return' | 'fail' | 'ignore' | 'wait';
const by = ([key]: readonly unknown[]) => key as string;

/** Tasks whose calls keep each other away. */
@Tasks({ queue: 'unified', maxRetries: 0 })
@Injectable()
export class UnifyingTasks {
  constructor(
    private readonly task: TaskContext,
    private readonly journal: Journal,
    private readonly gates: Gates,
  ) {}

  @Task({ name: 'unique', unique: { by } })
  unique(key: string, then: Then = 'return'): Promise<Then> {
    return this.work(key, then);
  }

  @Task({ name: 'uniqueArguments', unique: {} })
  uniqueArguments(key: string, _more?: unknown): Promise<Then> {
    return this.work(key, 'return');
  }

  @Task({ name: 'uniqueUntilStarted', unique: { by, until: 'started' } })
  uniqueUntilStarted(key: string, then: Then = 'return'): Promise<Then> {
    return this.work(key, then);
  }

  @Task({ name: 'uniqueForAWhile', unique: { by, for: '200ms' }, timeLimit: '150ms', softTimeLimit: null })
  uniqueForAWhile(key: string): Promise<Then> {
    return this.work(key, 'return');
  }

  @Task({ name: 'uniqueEarly', unique: { by }, acks: 'early' })
  uniqueEarly(key: string): Promise<Then> {
    return this.work(key, 'return');
  }

  @Task({ name: 'throttled', throttle: { by, for: '1h' } })
  throttled(key: string, then: Then = 'return'): Promise<Then> {
    return this.work(key, then);
  }

  @Task({ name: 'throttledBriefly', throttle: { by, for: '100ms' } })
  throttledBriefly(key: string): Promise<Then> {
    return this.work(key, 'return');
  }

  @Task({ name: 'debounced', debounce: { by, for: '250ms' } })
  async debounced(key: string, value: unknown): Promise<unknown> {
    this.journal.write(key, this.task);
    return value;
  }

  @Task({ name: 'debouncedLong', debounce: { by, for: '1h' } })
  debouncedLong(key: string, then: Then = 'return'): Promise<Then> {
    return this.work(key, then);
  }

  @Task({ name: 'debouncedBriefly', debounce: { by, for: '40ms' } })
  debouncedBriefly(key: string, then: Then = 'return'): Promise<Then> {
    return this.work(key, then);
  }

  @Task({ name: 'keyless', unique: { by: () => undefined as never } })
  keyless(key: string): Promise<Then> {
    return this.work(key, 'return');
  }

  private async work(key: string, then: Then): Promise<Then> {
    this.journal.write(key, this.task);
    if (then === 'fail') throw new Error('as it was told');
    if (then === 'ignore') throw new Ignore('as it was told');
    if (then === 'wait') await this.gates.enter(key);
    return then;
  }
}

@Injectable()
export class UnifyingCallers {
  constructor(@InjectTasks(UnifyingTasks) readonly tasks: TaskClient<UnifyingTasks>) {}
}
