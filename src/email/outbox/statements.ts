import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool, QueryConfig } from 'pg';
import { DataSource } from 'typeorm';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';

/** A database that does not answer for so long is away: one statement carries many messages. */
const LONGEST_WAIT = 30_000;

/** What pg knows, and its types do not. */
type TimedQuery = QueryConfig & { query_timeout: number };

/**
 * The statements that every message takes. Each is prepared once for a connection: planning them anew would cost the
 * server more than running them. TypeORM cannot say so, hence its pool is asked itself.
 */
@Injectable()
export class Statements {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
  ) {}

  async run<Row>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    const { master } = this.database.driver as unknown as { master: Pool };
    const prepared = this.options.preparedStatements ? { name: `celeriac_email_${name}` } : {};
    const query: TimedQuery = { ...prepared, text, values, query_timeout: LONGEST_WAIT };
    const { rows } = await master.query(query);
    return rows as Row[];
  }
}
