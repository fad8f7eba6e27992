import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acquireEmbeddedPostgres } from '../../src/broker/embedded/index.js';
import { FixtureProcess } from './fixture-process.js';
import { query } from './query.js';
import { isGone, scratchDataDir, serverPid } from './scratch.js';

describe('an embedded Postgres', () => {
  it('starts on an empty directory and keeps its data while nobody holds it', async () => {
    const dataDir = await scratchDataDir();
    const first = await acquireEmbeddedPostgres({ dataDir });
    await query(first.url, "CREATE TABLE kept AS SELECT 'since the first start' AS said");
    await first.release();
    expect(await serverPid(dataDir)).toBeUndefined();

    const second = await acquireEmbeddedPostgres({ dataDir });
    expect(await query(second.url, 'SELECT said FROM kept')).toEqual([{ said: 'since the first start' }]);
    await second.release();
  });

  it('is durable, UTF-8, and closed to everyone who lacks its password', async () => {
    const dataDir = await scratchDataDir();
    const postgres = await acquireEmbeddedPostgres({ dataDir });
    const settings = await query(
      postgres.url,
      `SELECT current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding,
              current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets`,
    );
    expect(settings).toEqual([{ fsync: 'on', encoding: 'UTF8', addresses: '127.0.0.1', sockets: '' }]);
    expect((await stat(join(dataDir, 'server/password'))).mode & 0o077).toBe(0);
    const stranger = new URL(postgres.url);
    stranger.password = 'guessed';
    await expect(query(stranger.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    await postgres.release();
  });

  it('is one server for all holds of a process, and runs until the last is given up', async () => {
    const dataDir = await scratchDataDir();
    const holds = await Promise.all([1, 2, 3].map(() => acquireEmbeddedPostgres({ dataDir })));
    expect(new Set(holds.map(({ url }) => url)).size).toBe(1);
    await holds[0]!.release();
    await holds[0]!.release(); // again: must not count for another
    await holds[1]!.release();
    expect(await query(holds[2]!.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await holds[2]!.release();
    expect(await serverPid(dataDir)).toBeUndefined();
  });

  it('goes on for a second process when the first releases it, and stops after the last', async () => {
    const dataDir = await scratchDataDir();
    const first = FixtureProcess.start('holder', [dataDir]);
    await first.says();
    const pid = (await serverPid(dataDir))!;
    const second = FixtureProcess.start('holder', [dataDir]);
    await second.says();
    expect(await serverPid(dataDir)).toBe(pid);

    await first.release();
    expect(await second.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.release();
    expect(await isGone(pid)).toBe(true);
    expect(await readdir(join(dataDir, 'leases'))).toEqual([]);
  });

  it('is created once by two processes that start on an empty directory together', async () => {
    const dataDir = await scratchDataDir();
    const pair = [1, 2].map(() => FixtureProcess.start('holder', [dataDir]));
    const [one, other] = await Promise.all(pair.map((holder) => holder.says<{ url: string }>()));
    expect(one!.url).toBe(other!.url);
    await pair[0]!.query('CREATE TABLE shared (id int)');
    expect(await pair[1]!.query('SELECT * FROM shared')).toEqual([]);
    const log = await readFile(join(dataDir, 'server/server.log'), 'utf8');
    expect(log.match(/ready to accept connections/g)).toHaveLength(1);
    await Promise.all(pair.map((holder) => holder.release()));
    expect(await serverPid(dataDir)).toBeUndefined();
  });
});
