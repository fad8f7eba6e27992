import type { NewJob, StoredJob } from '../broker-port.js';
import type { Transaction } from './transaction.js';

/** How calls become part of a caller's transaction. `celeriac/typeorm` provides it. */
export interface TransactionalAdapter {
  /** @throws {@link NotInTransactionError}, {@link ForeignTransactionError} */
  enter(transaction: Transaction): CallPlace;
  /**
   * The transaction as the broker takes part in it.
   *
   * @throws {@link CompleteWithinUnavailableError} if it cannot, and what `enter` throws
   */
  enterBroker(transaction: Transaction): BrokerTransaction;
  /** A call that is committed, and waits to be published. */
  waiting(id: string): Promise<StoredJob | null>;
}

/** Where calls are put that exist if and only if a transaction commits. */
export interface CallPlace {
  /** @returns the ids of these calls, or of those that keep them away */
  add(queue: string, jobs: readonly NewJob[]): Promise<readonly string[]>;
  /** The payload of the call with this id, as far as the transaction sees it. */
  payload(queue: string, id: string): Promise<unknown>;
}

export interface BrokerTransaction extends Transaction {
  onRollback(listener: () => void): void;
}
