import type { Pool } from 'pg';
import type { Beat, Presence } from '../../tasks/presence.js';
import * as sql from './presence-statements.js';

/** One row for each process. */
export class PostgresPresence implements Presence {
  constructor(private readonly pool: () => Pool) {}

  async beat(id: string, state: object, keep: number): Promise<void> {
    await this.pool().query(sql.BEAT, [id, JSON.stringify(state), Math.ceil(keep)]);
  }

  async leave(id: string): Promise<void> {
    await this.pool().query(sql.LEAVE, [id]);
  }

  async beats(): Promise<readonly Beat[]> {
    const { rows } = await this.pool().query<Beat>(sql.BEATS);
    return rows;
  }
}
