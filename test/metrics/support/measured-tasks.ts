import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Ignore, Snooze, Task, TaskContext } from '../../../src/index.js';

class Expected extends Error {}

/** Tasks that come to every outcome there is. */
@Injectable()
export class MeasuredTasks {
  private awake = false;

  constructor(private readonly task: TaskContext) {}

  @Task({ name: 'measured.fine' })
  fine(_id: string): void {}

  @Task({ name: 'measured.late' })
  late(): void {}

  @Task({ name: 'measured.lasting' })
  async lasting(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.task.signal });
  }

  @Task({ name: 'measured.wrong', maxRetries: 0, throws: [Expected] })
  wrong(className: string, message: string): void {
    throw Object.assign(new Error(message), { name: className });
  }

  @Task({ name: 'measured.again', maxRetries: 2, retryBackoff: '10ms' })
  again(): void {
    if (this.task.retries < 2) throw new RangeError('not yet');
  }

  @Task({ name: 'measured.ignored' })
  ignored(): void {
    throw new Ignore('nobody wants it');
  }

  @Task({ name: 'measured.snoozed' })
  snoozed(): void {
    if (this.awake) return;
    this.awake = true;
    throw new Snooze('50ms', 'too early');
  }

  @Task({
    name: 'measured.limited',
    rateLimit: { limit: '20/s', burst: 1 },
    breaker: { failures: 3, window: '1m', cooldown: '30s' },
    maxConcurrency: 1,
  })
  limited(): void {}
}
