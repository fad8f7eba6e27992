import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lchown, mkdir, open, rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Cluster, SUPERUSER } from './cluster.js';
import { ClusterInitializationError } from './errors.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { markOfThisProcess } from './process-mark.js';
import { spawnAs } from './server-account.js';

const TIMEOUT = 60_000;
const SETTINGS = ['shared_buffers=64MB', 'max_connections=100'];

/** Makes the cluster. Until it is complete it has another name, so a crash leaves nothing half-made behind. */
export async function initializeCluster(cluster: Cluster, binaries: PostgresBinaries): Promise<void> {
  const { directory, account } = cluster;
  const pending = new Cluster(directory.pendingCluster(await markOfThisProcess()), directory, account);
  try {
    await mkdir(pending.home, { mode: 0o700 });
    await mkdir(pending.pgdata, { mode: 0o700 });
    await writePassword(pending.passwordFile);
    if (account.switches) {
      for (const path of [pending.passwordFile, pending.pgdata, pending.home]) {
        await lchown(path, account.uid, account.gid);
      }
    }
    await runInitdb(pending, binaries);
    await rename(pending.home, cluster.home);
    await flush(directory.path);
  } catch (error) {
    await rm(pending.home, { recursive: true, force: true });
    throw error;
  }
}

async function runInitdb(cluster: Cluster, binaries: PostgresBinaries): Promise<void> {
  const args = [
    `--pgdata=${await cluster.pgdataArgument()}`,
    `--username=${SUPERUSER}`,
    '--pwfile=../password',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
    ...SETTINGS.map((setting) => `--set=${setting}`),
  ];
  try {
    await promisify(execFile)(binaries.initdb, args, {
      ...spawnAs(cluster.account, cluster.pgdata),
      timeout: TIMEOUT,
      killSignal: 'SIGKILL',
    });
  } catch (error) {
    const failure = error as Error & { killed?: boolean; code?: unknown; stderr?: string };
    const reason = failure.killed
      ? `it took more than ${TIMEOUT / 1000} s`
      : `it ended with ${String(failure.code)}`;
    throw new ClusterInitializationError(
      cluster.directory.path,
      reason,
      failure.stderr || failure.message,
      error,
    );
  }
}

async function writePassword(path: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(randomBytes(24).toString('hex'));
  await file.sync();
}

async function flush(directory: string): Promise<void> {
  await using handle = await open(directory, 'r');
  await handle.sync();
}
