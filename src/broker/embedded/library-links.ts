import { randomUUID } from 'node:crypto';
import { readFile, realpath, rename, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/**
 * Makes the links of the shared libraries (`libicuuc.so.60` → `libicuuc.so.60.2`) which npm packages cannot
 * contain, and which the package makes in an install script that npm does not run.
 * Any number of processes may do this at once; links that are right are left alone.
 */
export async function makeLibraryLinks(packageRoot: string): Promise<void> {
  for (const { source, target } of await readLinks(packageRoot)) {
    const from = join(packageRoot, source);
    const link = join(packageRoot, target);
    if (await leadsTo(link, from)) continue;
    const fresh = `${link}.${randomUUID()}`;
    await symlink(relative(dirname(link), from), fresh);
    await rename(fresh, link);
  }
}

async function readLinks(packageRoot: string): Promise<LibraryLink[]> {
  try {
    return JSON.parse(await readFile(join(packageRoot, 'native/pg-symlinks.json'), 'utf8')) as LibraryLink[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function leadsTo(link: string, source: string): Promise<boolean> {
  try {
    return (await realpath(link)) === (await realpath(source));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
