import type { DataSource, QueryRunner } from 'typeorm';
import { ForeignTransactionError, NotInTransactionError, type Transaction } from '../../tasks/index.js';

/** As far as an EntityManager or a QueryRunner tells; what manages transactions may pass a proxy of either. */
interface Candidate {
  readonly queryRunner?: QueryRunner | undefined;
  readonly isTransactionActive?: boolean;
  readonly dataSource?: DataSource;
}

/**
 * The QueryRunner of the open transaction that the caller passed.
 *
 * @throws {@link NotInTransactionError}, {@link ForeignTransactionError}
 */
export function queryRunnerOf(transaction: Transaction, expected: DataSource): QueryRunner {
  if (typeof transaction !== 'object' || transaction === null) {
    throw new NotInTransactionError(transaction === null ? 'null' : `a value of type ${typeof transaction}`);
  }
  const candidate = transaction as Candidate;
  const runner =
    candidate.isTransactionActive === undefined ? candidate.queryRunner : (transaction as QueryRunner);
  if (!runner) {
    throw new NotInTransactionError(
      candidate.dataSource
        ? 'an EntityManager outside a transaction, whose statements may each take another connection'
        : 'something that is neither an EntityManager nor a QueryRunner',
    );
  }
  if (runner.isReleased || !runner.isTransactionActive) {
    throw new NotInTransactionError('a transaction that has not begun or is over');
  }
  if (runner.dataSource !== expected) throw new ForeignTransactionError();
  return runner;
}
