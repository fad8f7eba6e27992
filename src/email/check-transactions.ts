import type { DataSource } from 'typeorm';
import { ForeignTransactionError } from '../tasks/index.js';
import type { TransactionalCalls } from '../tasks/transaction/transactional-calls.js';
import { MissingTransactionalTasksError } from './errors/index.js';

/**
 * Whether calls can be made in the transactions of the outbox. Ask no earlier than `onApplicationBootstrap`: what makes
 * it possible is installed while modules initialise.
 *
 * @throws {@link MissingTransactionalTasksError}
 */
export async function checkTransactions(database: DataSource, calls: TransactionalCalls): Promise<void> {
  if (!calls.available) throw new MissingTransactionalTasksError('TransactionalTasksModule is not imported');
  try {
    await database.transaction(async (manager) => void calls.enter(manager));
  } catch (error) {
    if (!(error instanceof ForeignTransactionError)) throw error;
    throw new MissingTransactionalTasksError('TransactionalTasksModule uses another DataSource');
  }
}
