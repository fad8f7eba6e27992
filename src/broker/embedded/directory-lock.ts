import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataDirectory } from './data-directory.js';
import { DataDirectoryBusyError } from './errors.js';
import { isAlive, markOfThisProcess, pidOf } from './process-mark.js';

/** Longer than an initdb and a start that both use all the time they have. Milliseconds. */
const PATIENCE = 150_000;
const POLL = 20;

/**
 * Runs `work` while no other process, and no other call in this process, holds the data directory.
 *
 * The lock is a directory, and whoever has a file in it holds it. It is taken by renaming a directory that
 * already contains our file onto it, which succeeds only when it is empty or absent. A dead holder's file is
 * removed by its own unique name, so of two processes that find it neither can remove the other's new lock.
 */
export async function whileHolding<T>(
  directory: DataDirectory,
  work: () => Promise<T>,
  patience: number = PATIENCE,
): Promise<T> {
  const mark = await markOfThisProcess();
  await take(directory, mark, patience);
  try {
    return await work();
  } finally {
    await rm(join(directory.lock, mark), { force: true });
  }
}

async function take(directory: DataDirectory, mark: string, patience: number): Promise<void> {
  const own = directory.pendingLock(mark);
  const deadline = Date.now() + patience;
  try {
    await directory.make(own);
    await writeFile(join(own, mark), '');
    while (!(await moveOntoEmpty(own, directory.lock))) {
      const holder = await liveHolder(directory.lock);
      if (!holder) continue;
      if (Date.now() > deadline) throw new DataDirectoryBusyError(directory.path, pidOf(holder), patience);
      await sleep(POLL);
    }
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    throw error;
  }
}

async function moveOntoEmpty(own: string, lock: string): Promise<boolean> {
  try {
    await rename(own, lock);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}

async function liveHolder(lock: string): Promise<string | undefined> {
  for (const mark of await readdir(lock)) {
    if (await isAlive(mark)) return mark;
    await rm(join(lock, mark), { force: true });
  }
  return undefined;
}
