import type { SpawnOptions } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import type { DataDirectory } from './data-directory.js';
import { DataDirectoryError, NoUnprivilegedAccountError } from './errors.js';

/** Whom the server runs as. `switches`: not the user of this process, which is then root. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
  readonly switches: boolean;
}

const SYSTEM_ACCOUNTS = ['postgres', 'nobody'];

/**
 * An ordinary user runs the server itself. For root, which Postgres refuses, it is whoever owns the cluster
 * already, else the owner of the data directory, else a system account.
 */
export async function chooseServerAccount(directory: DataDirectory): Promise<ServerAccount> {
  const uid = process.geteuid!();
  const clusterOwner = await ownerOf(directory.server);
  if (uid !== 0) {
    if (clusterOwner !== undefined && clusterOwner !== uid) {
      throw new DataDirectoryError(
        directory.path,
        `holds a cluster of uid ${clusterOwner}, and this process runs as uid ${uid}`,
        'Choose another dataDir, or run as that user.',
      );
    }
    return { uid, gid: process.getegid!(), switches: false };
  }
  return accountForRoot(await readFile('/etc/passwd', 'utf8'), clusterOwner, directory.uid);
}

/** Pure. initdb wants a uid that has a name, hence only accounts of the passwd file. */
export function accountForRoot(
  passwd: string,
  clusterOwner: number | undefined,
  directoryOwner: number,
): ServerAccount {
  const accounts = passwd.split('\n').map((line) => {
    const [name, , uid, gid] = line.split(':');
    return { name, uid: Number(uid), gid: Number(gid) };
  });
  const wanted = [
    (a: { uid: number }) => a.uid === clusterOwner,
    (a: { uid: number }) => a.uid === directoryOwner,
    ...SYSTEM_ACCOUNTS.map((name) => (a: { name?: string }) => a.name === name),
  ];
  for (const matches of wanted) {
    const account = accounts.find((a) => a.uid > 0 && matches(a));
    if (account) return { uid: account.uid, gid: account.gid, switches: true };
  }
  throw new NoUnprivilegedAccountError(SYSTEM_ACCOUNTS);
}

/** The environment is a fresh one: PG* variables would change the server, and it outlives our secrets. */
export function spawnAs(account: ServerAccount, cwd: string): SpawnOptions {
  return {
    cwd,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    ...(account.switches ? { uid: account.uid, gid: account.gid } : {}),
  };
}

async function ownerOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).uid;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
