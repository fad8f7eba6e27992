import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  runMigrations,
  SchemaMigrationRequiredError,
} from 'bullmq';
import type { Client } from 'pg';
import { BrokerUnavailableError, NamespaceTakenError } from '../../tasks/errors/broker.errors.js';
import { CREATE_GATE_FUNCTIONS } from './limits/functions/index.js';
import { CREATE_GATE_TABLES } from './limits/gate-tables.js';
import { CREATE_PRESENCE_TABLE } from './presence-statements.js';
import { CREATE_SCHEDULE_TABLE } from './schedule-statements.js';
import { CREATE_TABLES } from './record-statements.js';

/** Counts up with every change of what follows. */
const OWN_VERSION = 4;

/** All of it can be run again on what an earlier version has made. */
const OWN_OBJECTS = [
  CREATE_TABLES,
  CREATE_GATE_TABLES,
  CREATE_PRESENCE_TABLE,
  CREATE_SCHEDULE_TABLE,
  CREATE_GATE_FUNCTIONS,
  'CREATE TABLE IF NOT EXISTS celeriac_version (one boolean PRIMARY KEY DEFAULT true CHECK (one), version integer NOT NULL)',
  `INSERT INTO celeriac_version (version) VALUES (${OWN_VERSION}) ON CONFLICT (one) DO UPDATE SET version = EXCLUDED.version`,
];

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

/** Two starters at once would both find the old version; the lock lets the second find the new one. */
async function createOwnTables(client: Client, schema: string): Promise<void> {
  if ((await ownVersion(client, schema)) >= OWN_VERSION) return;
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2))', ['celeriac', schema]);
    if ((await ownVersion(client, schema)) < OWN_VERSION) {
      for (const statement of OWN_OBJECTS) await client.query(statement);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function ownVersion(client: Client, schema: string): Promise<number> {
  const table = `"${schema}".celeriac_version`;
  const { rows } = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    table,
  ]);
  if (!rows[0]?.there) return 0;
  const { rows: versions } = await client.query<{ version: number }>(`SELECT version FROM ${table}`);
  return versions[0]?.version ?? 0;
}

async function currentVersion(client: Client, schema: string): Promise<number> {
  try {
    return await assertSchemaCompatibility(client as never, schema);
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return 0;
    throw error;
  }
}
