import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireEmbeddedPostgres } from '../../src/broker/index.js';

// Runs the migrations on an empty database and asks TypeORM whether the entities want anything else.
const dataDir = await mkdtemp(join(tmpdir(), 'celeriac-drift-'));
const server = await acquireEmbeddedPostgres({ dataDir });
const typeorm = (...args: string[]) =>
  spawnSync('npx', ['--no-install', 'typeorm', ...args, '-d', 'dist/ormconfig.js'], {
    stdio: 'inherit',
    env: { ...process.env, DATABASE_URL: server.url },
  }).status ?? 1;
try {
  process.exitCode = typeorm('migration:run') || typeorm('migration:generate', '--check', 'drift');
} finally {
  await server.release();
  await rm(dataDir, { recursive: true, force: true });
}
