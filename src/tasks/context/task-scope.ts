import { AsyncLocalStorage } from 'node:async_hooks';
import type { Duration } from '../duration.js';

/** What a running delivery offers to the task's code; TaskContext reads it. */
export interface TaskScope {
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  readonly retries: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  saveProgress(progress: unknown): Promise<void>;
  appendLog(line: string): Promise<void>;
  extendLimits(by: Duration): void;
}

export const taskScope = new AsyncLocalStorage<TaskScope>();
