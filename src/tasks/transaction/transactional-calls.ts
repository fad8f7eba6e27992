import { Injectable } from '@nestjs/common';
import type { StoredJob } from '../broker-port.js';
import { CompleteWithinUnavailableError, WithinUnavailableError } from '../errors/transaction.errors.js';
import type { Transaction } from './transaction.js';
import type { BrokerTransaction, CallPlace, TransactionalAdapter } from './transactional-adapter.js';

/** The way into the caller's transactions, once something provides it. */
@Injectable()
export class TransactionalCalls {
  private adapter: TransactionalAdapter | undefined;

  /** Whether `within()` can be used. */
  get available(): boolean {
    return this.adapter !== undefined;
  }

  install(adapter: TransactionalAdapter): void {
    this.adapter = adapter;
  }

  /** @throws {@link WithinUnavailableError}, {@link NotInTransactionError}, {@link ForeignTransactionError} */
  enter(transaction: Transaction): CallPlace {
    if (!this.adapter) throw new WithinUnavailableError();
    return this.adapter.enter(transaction);
  }

  /** @throws {@link CompleteWithinUnavailableError}, {@link NotInTransactionError} */
  enterBroker(transaction: Transaction): BrokerTransaction {
    if (!this.adapter) throw new CompleteWithinUnavailableError('TransactionalTasksModule is not imported');
    return this.adapter.enterBroker(transaction);
  }

  /** A call that is committed, and waits to be published to the broker. */
  async waiting(id: string): Promise<StoredJob | null> {
    return (await this.adapter?.waiting(id)) ?? null;
  }
}
