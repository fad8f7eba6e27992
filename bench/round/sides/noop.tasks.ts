import { Injectable } from '@nestjs/common';
import { Task, TaskContext, Tasks } from '../../../src/index.js';
import { Ledger } from '../ledger.js';

/** Tasks that do nothing, under a full policy. */
@Tasks({ maxRetries: 3, retryBackoff: '2s', softTimeLimit: '1m', timeLimit: '2m' })
@Injectable()
export class NoopTasks {
  constructor(
    private readonly task: TaskContext,
    private readonly ledger: Ledger,
  ) {}

  @Task({ name: 'noop' })
  async plain(call: number): Promise<void> {
    this.ledger.ran(call);
  }

  @Task({ name: 'noop.identified' })
  async identified(call: number): Promise<void> {
    this.ledger.ran(call, this.task.id);
  }

  @Task({ name: 'noop.limited', rateLimit: { limit: '1000000/s', burst: 1_000_000 } })
  async limited(call: number): Promise<void> {
    this.ledger.ran(call);
  }

  @Task({ name: 'noop.held', rateLimit: '10/s' })
  async held(call: number): Promise<void> {
    this.ledger.ranBeside(call);
  }
}
