import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { ForeignTransactionError, NotInTransactionError, type Transaction } from '../../../src/index.js';
import type { Fixture } from '../support/use-arrangement.js';

export function refusing(f: Fixture): void {
  describe('within() outside a transaction', () => {
    const enter = (transaction: unknown) => () => f.tasks.echo.within(transaction as Transaction);

    it.each<[string, () => unknown, RegExp]>([
      ['the manager of the DataSource', () => f.db.manager, /an EntityManager outside a transaction/],
      ['a repository', () => ({ manager: f.db.manager }), /neither an EntityManager nor a QueryRunner/],
      ['null', () => null, /null/],
      ['undefined', () => undefined, /undefined/],
      ['an empty object', () => ({}), /neither/],
    ])('%s is refused, and the message says what to pass', (_name, given, message) => {
      expect(enter(given())).toThrow(NotInTransactionError);
      expect(enter(given())).toThrow(message);
      expect(enter(given())).toThrow(/Pass the EntityManager that dataSource.transaction\(\) hands out/);
    });

    it('a QueryRunner before, after and without its transaction is refused', async () => {
      const runner = f.db.createQueryRunner();
      expect(enter(runner)).toThrow(NotInTransactionError);
      await runner.startTransaction();
      expect(enter(runner)).not.toThrow();
      await runner.commitTransaction();
      expect(enter(runner)).toThrow(NotInTransactionError);
      await runner.startTransaction();
      await runner.release();
      expect(enter(runner)).toThrow(NotInTransactionError);
    });

    it('the EntityManager of a transaction that is over is refused', async () => {
      const kept = await f.commit(async (transaction) => transaction);
      expect(enter(kept)).toThrow(NotInTransactionError);
    });

    it('a transaction of another DataSource is refused', async () => {
      const other = await new DataSource({ type: 'postgres', url: f.place.databaseUrl }).initialize();
      try {
        await other.transaction(async (transaction) => {
          expect(enter(transaction)).toThrow(ForeignTransactionError);
        });
      } finally {
        await other.destroy();
      }
    });

    it('calling by name is refused in the same way', () => {
      expect(() => f.service.within(f.db.manager)).toThrow(NotInTransactionError);
    });
  });
}
