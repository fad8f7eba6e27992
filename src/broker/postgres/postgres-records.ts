import type { Pool } from 'pg';
import type { CallRecords, CrashRecord, DeliveryMark, Revocation } from '../../tasks/call-records.js';
import { KEPT_CRASHES, LONGEST_KEPT } from '../kept-records.js';
import * as sql from './record-statements.js';

/** Call records in tables of ours beside BullMQ's. */
export class PostgresRecords implements CallRecords {
  constructor(private readonly pool: Pool) {}

  async addCrash(queue: string, id: string, crash: CrashRecord): Promise<readonly CrashRecord[]> {
    const { rows } = await this.pool.query<{ crashes: CrashRecord[] }>(sql.ADD_CRASH, [
      queue,
      id,
      JSON.stringify(crash),
      KEPT_CRASHES,
    ]);
    return rows[0]?.crashes ?? [];
  }

  async crashes(queue: string, id: string): Promise<readonly CrashRecord[]> {
    const { rows } = await this.pool.query<{ crashes: CrashRecord[] }>(sql.CRASHES, [queue, id]);
    return rows[0]?.crashes ?? [];
  }

  async setMark(queue: string, id: string, mark: DeliveryMark | null): Promise<void> {
    await this.pool.query(sql.SET_MARK, [queue, id, mark && JSON.stringify(mark)]);
  }

  async mark(queue: string, id: string): Promise<DeliveryMark | undefined> {
    const { rows } = await this.pool.query<{ mark: DeliveryMark | null }>(sql.MARK, [queue, id]);
    return rows[0]?.mark ?? undefined;
  }

  async setDuplicate(queue: string, id: string, of: string): Promise<void> {
    await this.pool.query(sql.SET_DUPLICATE, [queue, id, of]);
  }

  async duplicateOf(queue: string, id: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ duplicate_of: string | null }>(sql.DUPLICATE_OF, [queue, id]);
    return rows[0]?.duplicate_of ?? undefined;
  }

  async forget(queue: string, id: string): Promise<void> {
    await this.pool.query(sql.FORGET, [queue, id]);
  }

  async revocations(queue: string, since: number): Promise<readonly Revocation[]> {
    const { rows } = await this.pool.query<Revocation>(sql.REVOCATIONS, [queue, Math.floor(since)]);
    return rows;
  }

  async revocation(queue: string, id: string): Promise<Revocation | undefined> {
    const { rows } = await this.pool.query<Revocation>(sql.REVOCATION, [queue, id]);
    return rows[0];
  }

  async prune(queue: string, age: number): Promise<void> {
    await this.pool.query(sql.PRUNE_REVOCATIONS, [queue, age]);
    await this.pool.query(sql.PRUNE_RECORDS, [queue, LONGEST_KEPT]);
  }
}
