import { randomInt } from 'node:crypto';
import type { JobJson } from 'bullmq';
import type { PoolClient } from 'pg';
import { LockLostError } from '../../tasks/errors/broker.errors.js';
import type { StoredJob } from '../../tasks/broker-port.js';
import type { Transaction } from '../../tasks/transaction/transaction.js';
import type { StoreTransactions } from '../bullmq/store.js';
import { type JobRow, storedJob } from './job-row.js';
import * as sql from './transaction-statements.js';

/** The SQLSTATE of BullMQ's own refusals. */
const REFUSED = 'BM001';

/**
 * BullMQ's tables in transactions of the callers' own. Its functions are called by their qualified names: they find
 * their tables by themselves, so the caller's search_path stays as it is.
 */
export class PostgresTransactions implements StoreTransactions {
  private readonly statements: Record<'enqueue' | 'read' | 'releaseKey' | 'payload' | 'complete', string>;

  constructor(
    private readonly schema: string,
    private readonly connect: () => Promise<PoolClient>,
  ) {
    const quoted = `"${schema}"`;
    this.statements = {
      enqueue: sql.enqueue(quoted),
      read: sql.read(quoted),
      releaseKey: sql.releaseKey(quoted),
      payload: sql.payload(quoted),
      complete: sql.complete(quoted),
    };
  }

  /**
   * We hold a lock that nobody else could know of, and the connection looks for it: names, addresses and system
   * identifiers are the same in a copy of a database.
   */
  async reach(connection: Transaction): Promise<'shared' | 'forbidden' | 'elsewhere'> {
    const key = [randomInt(2 ** 31), randomInt(2 ** 31)];
    const client = await this.connect();
    try {
      await client.query('BEGIN');
      await client.query(sql.HOLD, key);
      const rows = await connection.query(sql.REACH, [...key, `"${this.schema}"`, `"${this.schema}".job`]);
      const [found] = rows as { here: boolean; allowed: boolean }[];
      if (!found?.here) return 'elsewhere';
      return found.allowed ? 'shared' : 'forbidden';
    } finally {
      await client.query('ROLLBACK').then(
        () => client.release(),
        (error: Error) => client.release(error),
      );
    }
  }

  async enqueue(transaction: Transaction, queue: string, jobs: readonly JobJson[]): Promise<string[]> {
    const rows = jobs.map(({ id, name, data, opts, timestamp, deduplicationId }) => ({
      id,
      name,
      data,
      opts,
      priority: opts.priority ?? 0,
      delay: opts.delay ?? 0,
      added_at: timestamp,
      dedup: deduplicationId ?? null,
    }));
    const stored = await transaction.query(this.statements.enqueue, [queue, JSON.stringify(rows)]);
    return (stored as { id: string }[]).map((row) => row.id);
  }

  async read(transaction: Transaction, queue: string, id: string): Promise<StoredJob | null> {
    const [row] = (await transaction.query(this.statements.read, [queue, id])) as JobRow[];
    return row ? storedJob(id, row) : null;
  }

  async releaseKey(transaction: Transaction, queue: string, key: string, holder: string): Promise<void> {
    await transaction.query(this.statements.releaseKey, [queue, key, holder]);
  }

  async payload(transaction: Transaction, queue: string, id: string): Promise<unknown> {
    const rows = await transaction.query(this.statements.payload, [queue, id]);
    return (rows as { data: unknown }[])[0]?.data;
  }

  async complete(
    transaction: Transaction,
    queue: string,
    id: string,
    token: string,
    value: unknown,
  ): Promise<void> {
    const parameters = [queue, id, token, JSON.stringify(value ?? null), Date.now()];
    try {
      await transaction.query(this.statements.complete, parameters);
    } catch (error) {
      if ((error as { code?: string }).code !== REFUSED) throw error;
      throw Object.assign(new LockLostError(id), { cause: error });
    }
  }
}
