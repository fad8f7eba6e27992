import { execFile } from 'node:child_process';
import { chmod, cp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { acquireEmbeddedPostgres, NoUnprivilegedAccountError } from '../../src/broker/embedded/index.js';
import { findPlatformPackage } from '../../src/broker/embedded/platform-package.js';
import { binariesFrom } from '../../src/broker/embedded/postgres-binaries.js';
import { permits } from '../../src/broker/embedded/reachability.js';
import { accountForRoot } from '../../src/broker/embedded/server-account.js';
import { FixtureProcess } from './fixture-process.js';
import { query } from './query.js';
import { isGone, scratchDataDir, scratchDirectory, serverPid } from './scratch.js';

const isRoot = process.geteuid!() === 0;
const passwd = await readFile('/etc/passwd', 'utf8');
const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+)/m.exec(passwd)!.map(Number);
const nobody = { uid: uid!, gid: gid! };
const run = promisify(execFile);

const packages = scratchDirectory();

/** The installed package as npm leaves it: without the links of its libraries. One for all tests. */
async function packageWithoutLinks(): Promise<{ root: string; version: string }> {
  const installed = await findPlatformPackage();
  const root = join(await packages, 'package');
  await cp(installed.root, root, { recursive: true, verbatimSymlinks: true, force: false });
  await chmod(root, 0o755);
  for (const entry of await readdir(join(root, 'native/lib'), { withFileTypes: true })) {
    if (entry.isSymbolicLink()) await rm(join(entry.parentPath, entry.name));
  }
  return { root, version: installed.version };
}

describe.runIf(isRoot)('as root', () => {
  it('the server runs as somebody else, who alone can read its files', async () => {
    const dataDir = await scratchDataDir();
    const postgres = await acquireEmbeddedPostgres({ dataDir });
    const server = await stat(`/proc/${await serverPid(dataDir)}`);
    expect(server.uid).not.toBe(0);
    const home = await stat(join(dataDir, 'server'));
    expect([home.uid, home.mode & 0o777]).toEqual([server.uid, 0o700]);
    await postgres.release();
  });

  it('a data directory below a home that only root may enter works, and survives a restart', async () => {
    const home = await scratchDataDir();
    await chmod(home, 0o700);
    const dataDir = join(home, 'clone/.data');
    const first = await acquireEmbeddedPostgres({ dataDir });
    await query(first.url, 'CREATE TABLE kept (id int)');
    await first.release();
    const second = await acquireEmbeddedPostgres({ dataDir });
    expect(await query(second.url, 'SELECT * FROM kept')).toEqual([]);
    await second.release();
    expect(await serverPid(dataDir)).toBeUndefined();
  });

  it('an ordinary user starts a server as itself, and root shares it', async () => {
    const dataDir = await scratchDataDir(nobody);
    const user = FixtureProcess.start('holder', [dataDir], nobody);
    await user.says();
    const pid = (await serverPid(dataDir))!;
    expect((await stat(`/proc/${pid}`)).uid).toBe(nobody.uid);

    const root = await acquireEmbeddedPostgres({ dataDir });
    expect(await serverPid(dataDir)).toBe(pid);
    await root.release();
    expect(await user.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await user.release();
    expect(await isGone(pid)).toBe(true);
  });

  it('a server that root started for a user is stopped by that user', async () => {
    const dataDir = await scratchDataDir(nobody);
    const root = await acquireEmbeddedPostgres({ dataDir });
    const pid = (await serverPid(dataDir))!;
    const user = FixtureProcess.start('holder', [dataDir], nobody);
    await user.says();
    await root.release();
    await user.release();
    expect(await isGone(pid)).toBe(true);
  });

  it('a user is told whose data directory it is', async () => {
    const dataDir = await scratchDataDir();
    await expect(FixtureProcess.start('holder', [dataDir], nobody).says()).rejects.toThrow(
      `${dataDir} cannot be opened: EACCES`,
    );
  });

  it('binaries that the account cannot reach are copied once by two that start together', async () => {
    const source = await packageWithoutLinks();
    await chmod(source.root, 0o700);
    const place = join(await scratchDirectory(), 'cache');
    const account = { ...nobody, switches: true };
    const [one, other] = await Promise.all([1, 2].map(() => binariesFrom(source, account, [place])));
    expect(one).toEqual(other);
    expect(one!.postgres.startsWith(place)).toBe(true);
    expect(await readdir(place)).toHaveLength(1);
    for (const program of [one!.initdb, one!.postgres]) {
      expect((await run(program, ['--version'], { ...nobody, cwd: '/' })).stdout).toContain('PostgreSQL) 18');
    }

    const library = join(one!.postgres, '../../lib/libz.so.1');
    // A cleaner of temporary files removes some; a machine that lost its power has written others in part.
    for (const damage of [() => rm(library), () => truncate(library, 100)]) {
      await damage();
      await binariesFrom(source, account, [place]);
      expect((await run(one!.postgres, ['--version'], { ...nobody, cwd: '/' })).stdout).toContain('18');
    }
  });

  it('binaries in a tree the user cannot write to are copied to get their links', async () => {
    const { root } = await packageWithoutLinks();
    const own = await scratchDataDir(nobody);
    const place = join(own, 'binaries');
    const prepared = await FixtureProcess.start('binaries', [root, place], nobody).says<{
      postgres: string;
    }>();
    expect(prepared.postgres.startsWith(place)).toBe(true);
    expect((await run(prepared.postgres, ['--version'])).stdout).toContain('18');
  });

  it('a copy is never taken from a place that others may write to', async () => {
    const source = await packageWithoutLinks();
    await chmod(source.root, 0o700);
    const place = await scratchDirectory();
    await chmod(place, 0o777);
    const attempt = binariesFrom(source, { ...nobody, switches: true }, [place]);
    await expect(attempt).rejects.toThrow(`${place}: other users may write to it`);
  });
});

it('missing links are made in place by any number of processes at once', async () => {
  const source = await packageWithoutLinks();
  const self = { uid: process.geteuid!(), gid: process.getegid!(), switches: false };
  const all = await Promise.all([1, 2, 3, 4].map(() => binariesFrom(source, self, [])));
  for (const { postgres } of all) expect(postgres).toBe(join(source.root, 'native/bin/postgres'));
  expect((await run(all[0]!.postgres, ['--version'])).stdout).toContain('18');
  const names = await readdir(join(source.root, 'native/lib'));
  expect(names.filter((name) => /\.so.*-.*-/.test(name))).toEqual([]);
});

describe('the account for root', () => {
  const accounts = [
    'root:x:0:0::/:',
    'nobody:x:65534:65533::/:',
    'postgres:x:101:104::/:',
    'ann:x:1000:1000::/:',
  ];

  it.each([
    ['the owner of the cluster before all', 1000, 101, { uid: 1000, gid: 1000 }],
    ['else the owner of the directory', undefined, 1000, { uid: 1000, gid: 1000 }],
    ['else postgres', undefined, 0, { uid: 101, gid: 104 }],
    ['an owner without a name does not count', 4711, 4712, { uid: 101, gid: 104 }],
  ])('is %s', (_, clusterOwner, directoryOwner, expected) => {
    const account = accountForRoot(accounts.join('\n'), clusterOwner, directoryOwner);
    expect(account).toEqual({ ...expected, switches: true });
  });

  it('is nobody on a machine without postgres, and an error without either', () => {
    expect(accountForRoot(accounts.slice(0, 2).join('\n'), undefined, 0).uid).toBe(65534);
    expect(() => accountForRoot(accounts[0]!, undefined, 0)).toThrow(NoUnprivilegedAccountError);
  });
});

describe('rights', () => {
  it.each([
    [0o711, 0, 0, true],
    [0o710, 0, 0, false],
    [0o710, 0, 20, true],
    [0o701, 0, 20, false], // the group's bits decide for its members
    [0o100, 10, 0, true],
    [0o011, 10, 20, false],
  ])('of mode %o owned by %i:%i for 10:20 to pass are %s', (mode, owner, group, expected) => {
    expect(permits({ mode, uid: owner, gid: group }, { uid: 10, gid: 20 }, 1)).toBe(expected);
  });
});
