import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataSourceOptions, openDataSource } from '../../src/app/data-source.js';
import { acquireEmbeddedPostgres, type EmbeddedPostgres } from '../../src/broker/embedded/index.js';
import { DataDirectory } from './app-process.js';

describe('the database of the application', () => {
  let directory: DataDirectory;
  let postgres: EmbeddedPostgres;

  beforeAll(async () => {
    directory = await DataDirectory.create();
    postgres = await acquireEmbeddedPostgres({ dataDir: directory.path });
  });
  afterAll(async () => {
    await postgres.release();
    await directory[Symbol.asyncDispose]();
  });

  it('is migrated once by processes that start together', async () => {
    const opened = await Promise.allSettled(
      Array.from({ length: 6 }, () => openDataSource(dataSourceOptions(postgres.url))),
    );
    for (const result of opened) if (result.status === 'fulfilled') await result.value.destroy();
    expect(opened.filter(({ status }) => status === 'rejected')).toEqual([]);
  });
});
