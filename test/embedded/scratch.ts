import { chmod, chown, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { Cluster } from '../../src/broker/embedded/cluster.js';
import { DataDirectory } from '../../src/broker/embedded/data-directory.js';
import { chooseServerAccount } from '../../src/broker/embedded/server-account.js';
import { findPostmaster } from '../../src/broker/embedded/postmaster.js';
import { stopServer } from '../../src/broker/embedded/server-stop.js';

const scratch: { path: string; dataDir: boolean }[] = [];

/** After the tests of a file no directory of theirs is left, and no server, whatever they left running. */
afterAll(async () => {
  for (const { path, dataDir } of scratch) {
    if (dataDir) await stopServer(await clusterIn(path));
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** A directory of its own, which everyone may pass as the usual parents of a data directory. */
export async function scratchDirectory(dataDir = false): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'celeriac-embedded-')));
  await chmod(path, 0o755);
  scratch.push({ path, dataDir });
  return path;
}

export async function scratchDataDir(owner?: { uid: number; gid: number }): Promise<string> {
  const path = await scratchDirectory(true);
  if (owner) await chown(path, owner.uid, owner.gid);
  return path;
}

export async function clusterIn(dataDir: string): Promise<Cluster> {
  const directory = await DataDirectory.open(dataDir);
  return new Cluster(directory.server, directory, await chooseServerAccount(directory));
}

export async function serverPid(dataDir: string): Promise<number | undefined> {
  return (await findPostmaster(join(dataDir, 'server/pgdata')))?.pid;
}

/** Whether the process has ended; one that waits for its parent to take note has. */
export async function isGone(pid: number): Promise<boolean> {
  return readFile(`/proc/${pid}/cmdline`, 'utf8').then(
    (command) => command === '',
    () => true,
  );
}
