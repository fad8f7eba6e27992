import type { DataSource, EntitySubscriberInterface, QueryRunner } from 'typeorm';

interface Listeners {
  readonly committed: Set<() => void>;
  readonly rolledBack: Set<RollbackListener>;
}

interface RollbackListener {
  readonly tell: () => void;
  /** How deep in savepoints its part of the transaction is; 1: in none. */
  depth: number;
}

/**
 * Tells how transactions end, as soon as they do. It is a hint: a process may die first, and a statement that says
 * COMMIT by itself goes unseen.
 *
 * TypeORM tells of savepoints in the same way, waits for what listens, and passes its errors to the caller; so only the
 * commit of the whole transaction counts, a rollback counts for what it undoes, and listeners must neither wait nor
 * throw.
 */
export class TransactionEnd implements EntitySubscriberInterface {
  private readonly listeners = new WeakMap<QueryRunner, Listeners>();

  constructor(private readonly dataSource: DataSource) {
    dataSource.subscribers.push(this);
  }

  onCommit(runner: QueryRunner, listener: () => void): void {
    this.of(runner).committed.add(listener);
  }

  onRollback(runner: QueryRunner, tell: () => void): void {
    this.of(runner).rolledBack.add({ tell, depth: depthOf(runner) });
  }

  close(): void {
    const { subscribers } = this.dataSource;
    const index = subscribers.indexOf(this);
    if (index >= 0) subscribers.splice(index, 1);
  }

  afterTransactionCommit({ queryRunner }: { queryRunner: QueryRunner }): void {
    const listeners = this.listeners.get(queryRunner);
    if (!listeners) return;
    if (queryRunner.isTransactionActive) {
      const depth = depthOf(queryRunner);
      for (const listener of listeners.rolledBack) listener.depth = Math.min(listener.depth, depth);
      return;
    }
    this.listeners.delete(queryRunner);
    for (const tell of listeners.committed) tell();
  }

  afterTransactionRollback({ queryRunner }: { queryRunner: QueryRunner }): void {
    const listeners = this.listeners.get(queryRunner);
    if (!listeners) return;
    if (!queryRunner.isTransactionActive) this.listeners.delete(queryRunner);
    const depth = depthOf(queryRunner);
    for (const listener of listeners.rolledBack) {
      if (listener.depth <= depth) continue;
      listeners.rolledBack.delete(listener);
      listener.tell();
    }
  }

  private of(runner: QueryRunner): Listeners {
    let listeners = this.listeners.get(runner);
    if (!listeners) {
      listeners = { committed: new Set(), rolledBack: new Set() };
      this.listeners.set(runner, listeners);
    }
    return listeners;
  }
}

/** TypeORM counts the transaction itself, too; what has ended is counted no more when it tells of the end. */
function depthOf(runner: QueryRunner): number {
  return (runner as QueryRunner & { transactionDepth: number }).transactionDepth;
}
