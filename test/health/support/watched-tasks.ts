import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Task } from '../../../src/index.js';

@Injectable()
export class WatchedTasks {
  @Task({ name: 'lasting', softTimeLimit: null, timeLimit: null, maxRetries: 0 })
  async lasting(milliseconds: number): Promise<void> {
    await sleep(milliseconds);
  }

  /** Keeps its process from everything else, once: its lock is lost meanwhile. */
  @Task({ name: 'blocking', softTimeLimit: null, timeLimit: null, maxRetries: 0, onWorkerLost: 'fail' })
  async blocking(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
  }
}
