import type { Socket } from 'node:net';
import type { ClientConfig } from 'pg';
import { MissingPackageError } from '../../tasks/errors/configuration.errors.js';

/** No statement of ours takes this long; a server that is this late has gone. */
const STATEMENT_TIMEOUT = 30_000;
const CONNECT_TIMEOUT = 5_000;
/** Then a server with a statement to answer has gone. */
export const LONGEST_SILENCE = STATEMENT_TIMEOUT + CONNECT_TIMEOUT;

/** Settings of every connection: bounded in all they do, and at home in the schema. */
export function connectionSettings(url: string, schema: string, stream: () => Socket): ClientConfig {
  return {
    connectionString: url,
    stream,
    options: `-c search_path="${schema}"`,
    application_name: 'celeriac',
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
    query_timeout: LONGEST_SILENCE,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

export async function loadPg(): Promise<typeof import('pg')> {
  const loaded = await import('pg').catch(() => {
    throw new MissingPackageError('pg', 'The postgres broker');
  });
  return loaded.default as unknown as typeof import('pg');
}
