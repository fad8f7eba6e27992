import { CALL_TABLE_ENTITIES, CALL_TABLE_MIGRATIONS } from '../../../src/typeorm/index.js';
import type { BrokerOptions } from '../../../src/index.js';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { brokerOptions, newNamespace } from '../../conformance/variant.js';
import { createTestDatabase } from '../../support/test-database.js';
import { eraseNamespace } from '../../support/erase-namespace.js';
import { execute } from './execute.js';

/** Where the broker is, as seen from the application's database. */
export type Arrangement = 'the same database' | 'Redis' | 'another database';

/** A database of the application's own, and the broker beside it. */
export interface Place {
  readonly broker: BrokerOptions;
  readonly namespace: string;
  readonly databaseUrl: string;
  erase(): Promise<void>;
}

/** The application's tables live in a schema that only its own connections look into. */
export const SCHEMA = 'shop';

export async function createPlace(arrangement: Arrangement): Promise<Place> {
  const namespace = newNamespace();
  const own = await createTestDatabase();
  await execute(own.url, `CREATE SCHEMA ${SCHEMA}`);
  if (arrangement === 'Redis') {
    const broker = brokerOptions({ broker: 'redis', lying: false });
    const erase = async () => {
      await own.drop();
      await eraseNamespace(broker, namespace);
    };
    return { broker, namespace, databaseUrl: own.url, erase };
  }
  const other = arrangement === 'another database' ? await createTestDatabase() : own;
  const erase = async () => {
    await own.drop();
    if (other !== own) await other.drop();
  };
  return { broker: { type: 'postgres', url: other.url }, namespace, databaseUrl: own.url, erase };
}

/** The application's DataSource, with the call table. */
export function dataSourceOptions(url: string): PostgresDataSourceOptions {
  return {
    type: 'postgres',
    url,
    poolSize: 12,
    extra: { options: `-c search_path=${SCHEMA}` },
    entities: [...CALL_TABLE_ENTITIES],
    migrations: [...CALL_TABLE_MIGRATIONS],
    migrationsRun: true,
  };
}
