import type { JobJson } from 'bullmq';
import type { Pool } from 'pg';
import type {
  ScheduleChange,
  ScheduleStore,
  StoredSchedule,
  TakenSchedules,
} from '../../tasks/schedule-store.js';
import type { StoreSchedules } from '../bullmq/store.js';
import type { PostgresTransactions } from './postgres-transactions.js';
import * as sql from './schedule-statements.js';

type Row = StoredSchedule & { readonly now: number; readonly next: number | null };

/** One row for each schedule. */
export class PostgresSchedules implements StoreSchedules {
  constructor(
    private readonly pool: () => Pool,
    private readonly transactions: PostgresTransactions,
  ) {}

  async all(): ReturnType<ScheduleStore['all']> {
    const { rows } = await this.pool().query<Row>(sql.ALL_SCHEDULES);
    return { now: rows.at(-1)?.now ?? 0, schedules: rows.slice(0, -1).map(stored) };
  }

  async get(id: string): ReturnType<ScheduleStore['get']> {
    const { rows } = await this.pool().query<Row>(sql.GET_SCHEDULE, [id]);
    const [row] = rows;
    // Of one that is not there only the time is.
    return { now: row?.now ?? 0, schedule: row?.record ? stored(row) : undefined };
  }

  async take(queues: readonly string[], lease: number, most: number): Promise<TakenSchedules> {
    const asked = [Math.ceil(lease), most, queues];
    const { rows } = await this.pool().query<Row>(sql.TAKE_SCHEDULES, asked);
    const { now = 0, next } = rows.at(-1) ?? {};
    return { now, next: next ?? undefined, taken: rows.slice(0, -1).map(stored) };
  }

  async change(change: ScheduleChange): Promise<boolean> {
    const { rowCount } = await this.pool().query(sql.CHANGE_SCHEDULE, parameters(change));
    return rowCount === 1;
  }

  async remove(id: string, revision: number): Promise<boolean> {
    const { rowCount } = await this.pool().query(sql.REMOVE_SCHEDULE, [id, revision]);
    return rowCount === 1;
  }

  async fire(change: ScheduleChange, job: JobJson): Promise<string | undefined> {
    const client = await this.pool().connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const { rowCount } = await client.query(sql.CHANGE_SCHEDULE, parameters(change));
      if (rowCount !== 1) {
        await client.query('ROLLBACK');
        return undefined;
      }
      const query = async (text: string, values?: unknown[]) => (await client.query(text, values)).rows;
      const [id] = await this.transactions.enqueue({ query }, change.queue, [job]);
      await client.query('COMMIT');
      return id;
    } catch (error) {
      await client.query('ROLLBACK').catch((failed: Error) => (broken = failed));
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

const stored = ({ id, revision, record }: Row): StoredSchedule => ({ id, revision, record });

const parameters = ({ id, revision, record, due, queue }: ScheduleChange): unknown[] => [
  id,
  revision,
  JSON.stringify(record),
  due === null ? null : Math.ceil(due),
  queue,
];
