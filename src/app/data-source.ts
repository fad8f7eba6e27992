import { DataSource, type DataSourceOptions } from 'typeorm';
import { EMAIL_ENTITIES, EMAIL_MIGRATIONS } from '../email/index.js';
import { CALL_TABLE_ENTITIES, CALL_TABLE_MIGRATIONS } from '../typeorm/index.js';

/** Any number that other users of the database do not lock, too: "celeriac" on a telephone. */
const MIGRATION_LOCK = 235374;

export function dataSourceOptions(url: string): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: [...EMAIL_ENTITIES, ...CALL_TABLE_ENTITIES],
    migrations: [...EMAIL_MIGRATIONS, ...CALL_TABLE_MIGRATIONS],
  };
}

/** Connects, and migrates. Processes that start together take turns: TypeORM itself does not make them. */
export async function openDataSource(options: DataSourceOptions): Promise<DataSource> {
  const dataSource = await new DataSource(options).initialize();
  const session = dataSource.createQueryRunner();
  try {
    await session.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations();
    await session.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await session.release();
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
