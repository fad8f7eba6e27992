import { chmod, cp, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PostgresBinariesCopyError } from './errors.js';
import { makeLibraryLinks } from './library-links.js';
import type { PlatformPackage } from './platform-package.js';
import { isAlive, markOfThisProcess } from './process-mark.js';
import { canReach, TRAVERSE } from './reachability.js';
import type { ServerAccount } from './server-account.js';

/** Copies the package's binaries below the first place that takes them, and answers the root of the copy. */
export async function copyBinaries(
  source: PlatformPackage,
  account: ServerAccount,
  places: readonly string[],
  obstacle: string,
): Promise<string> {
  const failures: string[] = [];
  for (const place of places) {
    try {
      await openPlace(place, account);
      return await copyInto(place, source);
    } catch (error) {
      failures.push(`${place}: ${(error as Error).message}`);
    }
  }
  throw new PostgresBinariesCopyError(source.root, obstacle, failures);
}

/** The place is ours alone to write, or we would run what somebody else put there. */
async function openPlace(place: string, account: ServerAccount): Promise<void> {
  if (await mkdir(place, { recursive: true })) await chmod(place, 0o755);
  const { uid, mode } = await lstat(place);
  if (uid !== process.geteuid!() || (mode & 0o022) !== 0) throw new Error('other users may write to it');
  if (account.switches && !(await canReach(account, place, TRAVERSE))) {
    throw new Error(`uid ${account.uid} cannot reach it`);
  }
}

async function copyInto(place: string, source: PlatformPackage): Promise<string> {
  const target = join(place, `postgres-${source.version}-${process.platform}-${process.arch}`);
  if (await isCompleteCopy(target, source.root)) return target;
  await sweep(place, `${basename(target)}.`);
  const fresh = `${target}.${await markOfThisProcess()}`;
  const replaced = `${fresh}.replaced`;
  try {
    await cp(join(source.root, 'native'), join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
    await openToEveryone(fresh);
    await makeLibraryLinks(fresh);
    if (await moveOntoAbsent(fresh, target)) return target;
    // Either somebody who copied at the same time was first, or this is a copy that has lost files since.
    if (!(await isCompleteCopy(target, source.root))) {
      await rename(target, replaced).catch(ignoring('ENOENT'));
      await moveOntoAbsent(fresh, target);
    }
    return target;
  } finally {
    await Promise.all([fresh, replaced].map((path) => rm(path, { recursive: true, force: true })));
  }
}

async function moveOntoAbsent(fresh: string, target: string): Promise<boolean> {
  try {
    await rename(fresh, target);
    return true;
  } catch (error) {
    ignoring('ENOTEMPTY', 'EEXIST')(error);
    return false;
  }
}

/** A process killed while it copied leaves what it had. */
async function sweep(place: string, prefix: string): Promise<void> {
  for (const name of await readdir(place)) {
    if (!name.startsWith(prefix) || (await isAlive(name.slice(prefix.length)))) continue;
    await rm(join(place, name), { recursive: true, force: true });
  }
}

async function openToEveryone(root: string): Promise<void> {
  await chmod(root, 0o755);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const runs = entry.isDirectory() || entry.parentPath.endsWith('/bin');
    if (!entry.isSymbolicLink()) await chmod(path, runs ? 0o755 : 0o644);
  }
}

async function isCompleteCopy(copy: string, source: string): Promise<boolean> {
  try {
    for (const entry of await readdir(join(source, 'native'), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const [original, copied] = await Promise.all([lstat(path), lstat(copy + path.slice(source.length))]);
      if (original.size !== copied.size) return false;
    }
    await makeLibraryLinks(copy);
    return true;
  } catch (error) {
    ignoring('ENOENT')(error);
    return false;
  }
}

function ignoring(...codes: string[]): (error: unknown) => void {
  return (error) => {
    if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  };
}
