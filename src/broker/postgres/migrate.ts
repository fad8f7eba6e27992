import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  runMigrations,
  SchemaMigrationRequiredError,
} from 'bullmq';
import type { Client } from 'pg';
import { BrokerUnavailableError, NamespaceTakenError } from '../../tasks/errors/broker.errors.js';
import { CREATE_TABLES, NEWEST_TABLE } from './record-statements.js';

/**
 * Brings BullMQ's schema up to date, once: the migrations take an advisory lock, and late starters find the work
 * done. A schema that is up to date is only read, so the application needs no right to change it.
 *
 * @throws {@link BrokerUnavailableError}, {@link NamespaceTakenError}
 */
export async function migrate(connect: () => Client, schema: string, description: string): Promise<void> {
  const client = connect();
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new BrokerUnavailableError(description, 'the first connection', '5s', error);
  }
  try {
    const { rows } = await client.query<{ taken: boolean }>('SELECT current_user = $1 AS taken', [schema]);
    if (rows[0]?.taken) throw new NamespaceTakenError(schema);
    if ((await currentVersion(client, schema)) < LATEST_SCHEMA_VERSION)
      await runMigrations(client as never, schema);
    await createOwnTables(client, schema);
  } finally {
    await client.end();
  }
}

/** Two starters at once would both find no table; the lock lets the second find them all. */
async function createOwnTables(client: Client, schema: string): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    `"${schema}".${NEWEST_TABLE}`,
  ]);
  if (rows[0]?.there) return;
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2))', ['celeriac', schema]);
    await client.query(CREATE_TABLES);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function currentVersion(client: Client, schema: string): Promise<number> {
  try {
    return await assertSchemaCompatibility(client as never, schema);
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return 0;
    throw error;
  }
}
