import type { DataSource, EntitySubscriberInterface, QueryRunner } from 'typeorm';

interface Listeners {
  readonly committed: Set<() => void>;
  readonly rolledBack: Set<() => void>;
}

/**
 * Tells how transactions end, as soon as they do. It is a hint: a process may die first, and a statement that says
 * COMMIT by itself goes unseen.
 *
 * TypeORM tells of savepoints in the same way, waits for what listens, and passes its errors to the caller; so only the
 * end of the whole transaction counts, and listeners must neither wait nor throw.
 */
export class TransactionEnd implements EntitySubscriberInterface {
  private readonly listeners = new WeakMap<QueryRunner, Listeners>();

  constructor(private readonly dataSource: DataSource) {
    dataSource.subscribers.push(this);
  }

  onCommit(runner: QueryRunner, listener: () => void): void {
    this.of(runner).committed.add(listener);
  }

  onRollback(runner: QueryRunner, listener: () => void): void {
    this.of(runner).rolledBack.add(listener);
  }

  close(): void {
    const { subscribers } = this.dataSource;
    const index = subscribers.indexOf(this);
    if (index >= 0) subscribers.splice(index, 1);
  }

  afterTransactionCommit({ queryRunner }: { queryRunner: QueryRunner }): void {
    this.tell(queryRunner, 'committed');
  }

  afterTransactionRollback({ queryRunner }: { queryRunner: QueryRunner }): void {
    this.tell(queryRunner, 'rolledBack');
  }

  private tell(runner: QueryRunner, how: keyof Listeners): void {
    if (runner.isTransactionActive) return;
    const told = this.listeners.get(runner)?.[how];
    this.listeners.delete(runner);
    for (const listener of told ?? []) listener();
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
