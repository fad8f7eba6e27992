import { join } from 'node:path';
import { acquireEmbeddedPostgres } from '../broker/embedded/index.js';
import type { AppConfig } from './config/app-config.js';

/** The Postgres the application works with, for as long as it is held. */
export interface Database {
  readonly url: string;
  /** For people. */
  readonly description: string;
  release(): Promise<void>;
}

/** The configured one, or the embedded one, which is started before everything that needs it. */
export async function openDatabase({ databaseUrl, dataDir }: AppConfig): Promise<Database> {
  if (databaseUrl !== undefined)
    return {
      url: databaseUrl,
      description: `Postgres at ${new URL(databaseUrl).host}`,
      release: async () => {},
    };
  const directory = join(dataDir, 'postgres');
  const embedded = await acquireEmbeddedPostgres({ dataDir: directory });
  return {
    url: embedded.url,
    description: `embedded Postgres in ${directory}`,
    release: () => embedded.release(),
  };
}
