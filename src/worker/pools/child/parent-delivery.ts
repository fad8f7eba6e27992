import type { Broker, Delivery } from '../../../tasks/broker-port.js';
import type { StorableResult } from '../../../tasks/envelope/storable-result.js';
import { CompleteWithinUnavailableError } from '../../../tasks/errors/transaction.errors.js';
import type { Transaction } from '../../../tasks/transaction/transaction.js';
import type { RunMessage } from '../protocol.js';
import type { Questions } from './questions.js';

/** A delivery that the parent process holds. */
export class ParentDelivery implements Delivery {
  readonly id: string;
  readonly queue: string;
  readonly name: string;
  retries: number;
  readonly token: string;
  // Stages of the parent have looked at the rest.
  readonly data = undefined;
  readonly losses = 0;
  readonly deliveries = 1;
  readonly reason = undefined;
  readonly enqueuedAt = 0;
  readonly dedupKey = undefined;

  constructor(
    { id, queue, name, retries, token }: RunMessage,
    private readonly questions: Questions,
    private readonly broker: Broker,
    private readonly goesOn: () => boolean,
  ) {
    this.id = id;
    this.queue = queue;
    this.name = name;
    this.retries = retries;
    this.token = token;
  }

  saveProgress(progress: unknown): Promise<void> {
    return this.questions.ask({ type: 'progress', progress });
  }

  /** Code that goes on after its end has no call to log for. */
  async appendLog(line: string): Promise<void> {
    if (this.goesOn()) await this.questions.ask({ type: 'log', line });
  }

  announceCompletion(result: StorableResult): Promise<void> {
    return this.questions.ask({ type: 'completing', result });
  }

  async completeWithin(transaction: Transaction, value: unknown): Promise<void> {
    const { transactional } = this.broker;
    if (!transactional) throw new CompleteWithinUnavailableError('this broker is not a database');
    await transactional.complete(transaction, this.queue, this.id, this.token, value);
  }

  /** The parent has left it when it heard of the completion. */
  leaveLock(): void {}

  keepLock(): void {
    this.questions.tell({ type: 'undone' });
  }

  /** The parent looks, after the code has ended. */
  async isComplete(): Promise<boolean> {
    return false;
  }
}
