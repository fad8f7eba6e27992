import { access, constants } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyBinaries } from './binaries-copy.js';
import type { DataDirectory } from './data-directory.js';
import { makeLibraryLinks } from './library-links.js';
import { findPlatformPackage, type PlatformPackage } from './platform-package.js';
import { canReach, READ, TRAVERSE } from './reachability.js';
import type { ServerAccount } from './server-account.js';

/** Programs that the account can run as they lie there. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The binaries of the installed package: in place where that works, else a copy. */
export async function preparePostgresBinaries(
  account: ServerAccount,
  directory: DataDirectory,
): Promise<PostgresBinaries> {
  return binariesFrom(await findPlatformPackage(), account, placesForCopies(account, directory));
}

export async function binariesFrom(
  source: PlatformPackage,
  account: ServerAccount,
  copyPlaces: readonly string[],
): Promise<PostgresBinaries> {
  const obstacle = await obstacleInPlace(source.root, account);
  const root = obstacle ? await copyBinaries(source, account, copyPlaces, obstacle) : source.root;
  return { initdb: join(root, 'native/bin/initdb'), postgres: join(root, 'native/bin/postgres') };
}

async function obstacleInPlace(root: string, account: ServerAccount): Promise<string | undefined> {
  if (!(await canRun(root, account))) return `uid ${account.uid} has no access to them`;
  try {
    await makeLibraryLinks(root);
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      return `the links of their libraries are missing and the folder is not writable: ${code}`;
    }
    throw error;
  }
}

async function canRun(root: string, account: ServerAccount): Promise<boolean> {
  const programs = ['native/bin/initdb', 'native/bin/postgres'].map((path) => join(root, path));
  if (!account.switches) {
    return Promise.all(programs.map((path) => access(path, constants.X_OK))).then(
      () => true,
      () => false,
    );
  }
  const files = ['native/lib', 'native/share/postgresql'].map((path) => join(root, path));
  const reached = await Promise.all(
    [...programs, ...files].map((path) => canReach(account, path, READ | TRAVERSE)),
  );
  return !reached.includes(false);
}

/** Never a place where others may write first: what lies there is run. */
function placesForCopies(account: ServerAccount, directory: DataDirectory): string[] {
  if (!account.switches) return [join(directory.path, 'binaries')];
  return ['/var/cache/celeriac', join(tmpdir(), `celeriac-cache-${process.geteuid!()}`)];
}
