import { copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { acquireEmbeddedPostgres } from '../../src/broker/embedded/index.js';
import { markOfThisProcess } from '../../src/broker/embedded/process-mark.js';
import { FixtureProcess } from './fixture-process.js';
import { query } from './query.js';
import { isGone, scratchDataDir, serverPid } from './scratch.js';

describe('after a crash', () => {
  it('the server goes on for the others when its starter is killed, and the last of them stops it', async () => {
    const dataDir = await scratchDataDir();
    const starter = FixtureProcess.start('holder', [dataDir]);
    await starter.says();
    const pid = (await serverPid(dataDir))!;
    const other = FixtureProcess.start('holder', [dataDir]);
    await other.says();

    await starter.kill();
    expect(await other.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await other.release();
    expect(await isGone(pid)).toBe(true);
  });

  it('a server whose only holder was killed is adopted by the next', async () => {
    const dataDir = await scratchDataDir();
    const owner = FixtureProcess.start('holder', [dataDir]);
    await owner.says();
    const pid = (await serverPid(dataDir))!;
    await owner.kill();

    const postgres = await acquireEmbeddedPostgres({ dataDir });
    expect(await serverPid(dataDir)).toBe(pid);
    expect(await readdir(join(dataDir, 'leases'))).toHaveLength(2);
    await postgres.release();
    expect(await isGone(pid)).toBe(true);
    expect(await readdir(join(dataDir, 'leases'))).toEqual([]);
  });

  it('a killed server is started again with everything that was committed', async () => {
    const dataDir = await scratchDataDir();
    const first = await acquireEmbeddedPostgres({ dataDir });
    await query(first.url, 'CREATE TABLE committed AS SELECT 42 AS answer');
    const pid = (await serverPid(dataDir))!;
    process.kill(pid, 'SIGKILL');

    const second = await acquireEmbeddedPostgres({ dataDir });
    expect(await serverPid(dataDir)).not.toBe(pid);
    expect(await query(second.url, 'SELECT answer FROM committed')).toEqual([{ answer: 42 }]);
    await Promise.all([first.release(), second.release()]);
  });

  it('a killed server is started again although its starter has not taken note of its end', async () => {
    const dataDir = await scratchDataDir();
    const starter = FixtureProcess.start('holder', [dataDir]);
    await starter.says();
    const pid = (await serverPid(dataDir))!;
    starter.child.kill('SIGSTOP');
    process.kill(pid, 'SIGKILL');

    const postgres = await acquireEmbeddedPostgres({ dataDir });
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await starter.kill();
    await postgres.release();
  });

  it('a directory whose creator was killed inside initdb serves the next', async () => {
    const dataDir = await scratchDataDir();
    const creating = new Promise<string>((resolve) => {
      const watcher = watch(dataDir, (_, name) => {
        if (!name?.startsWith('initializing-')) return;
        watcher.close();
        resolve(name);
      });
    });
    const creator = FixtureProcess.start('holder', [dataDir]);
    const version = join(dataDir, await creating, 'pgdata/PG_VERSION');
    await vi.waitFor(() => stat(version), { interval: 1 });
    await creator.kill();
    expect(await readdir(dataDir)).not.toContain('server');

    const postgres = await acquireEmbeddedPostgres({ dataDir });
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await postgres.release();
  });

  it('what dead processes left half-made is removed, and what live ones are making is not', async () => {
    const dataDir = await scratchDataDir();
    const ours = await markOfThisProcess();
    const earlier = `${process.pid}-1-ofAnEarlierProcessWithOurPid`;
    for (const mark of [ours, earlier])
      await mkdir(join(dataDir, `initializing-${mark}`, 'pgdata'), { recursive: true });

    await (await acquireEmbeddedPostgres({ dataDir })).release();
    const left = (await readdir(dataDir)).filter((name) => name.startsWith('initializing-'));
    expect(left).toEqual([`initializing-${ours}`]);
  });

  it('a stale postmaster.pid is not believed, whether its pid is now a stranger or another Postgres', async () => {
    const [dataDir, elsewhere] = [await scratchDataDir(), await scratchDataDir()];
    const first = await acquireEmbeddedPostgres({ dataDir });
    await query(first.url, 'CREATE TABLE mine (id int)');
    await first.release();
    const stale = join(dataDir, 'server/pgdata/postmaster.pid');

    const pgdata = join(dataDir, 'server/pgdata');
    await writeFile(stale, `${process.pid}\n${pgdata}\n1700000000\n5432\n\n127.0.0.1\n 1 1\nready   \n`);
    const second = await acquireEmbeddedPostgres({ dataDir });
    expect(await query(second.url, 'SELECT * FROM mine')).toEqual([]);
    await second.release();

    const neighbour = await acquireEmbeddedPostgres({ dataDir: elsewhere });
    await copyFile(join(elsewhere, 'server/pgdata/postmaster.pid'), stale);
    const third = await acquireEmbeddedPostgres({ dataDir });
    expect(third.url).not.toBe(neighbour.url);
    expect(await query(third.url, 'SELECT * FROM mine')).toEqual([]);
    await third.release();
    expect(await query(neighbour.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await neighbour.release();
  });
});
