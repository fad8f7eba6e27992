import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  runMigrations,
  SchemaMigrationRequiredError,
} from 'bullmq';
import type { Client } from 'pg';
import { BrokerUnavailableError, NamespaceTakenError } from '../../tasks/errors/broker.errors.js';

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
  } finally {
    await client.end();
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
