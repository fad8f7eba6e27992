import { AsyncLocalStorage } from 'node:async_hooks';
import type { Duration } from '../duration.js';
import type { StorableResult } from '../envelope/storable-result.js';
import type { BrokerTransaction } from '../transaction/transactional-adapter.js';

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
  /** @throws the signal's reason if the code is to stop already */
  beginShield(atMost: Duration): void;
  endShield(): void;
  completeWithin(transaction: BrokerTransaction, result: StorableResult): Promise<void>;
}

export const taskScope = new AsyncLocalStorage<TaskScope>();
