import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataDirectory } from './data-directory.js';
import { isAlive, markOfThisProcess } from './process-mark.js';

/** Says: a process uses the server. Answers the lease's file. */
export async function takeLease(directory: DataDirectory): Promise<string> {
  const lease = join(directory.leases, await markOfThisProcess());
  await writeFile(lease, '', { flag: 'wx' });
  return lease;
}

export async function dropLease(lease: string): Promise<void> {
  await rm(lease, { force: true });
}

/** Whether anyone alive has a lease; those of dead processes are removed. */
export async function anyLease(directory: DataDirectory): Promise<boolean> {
  let found = false;
  for (const mark of await readdir(directory.leases)) {
    if (await isAlive(mark)) found = true;
    else await dropLease(join(directory.leases, mark));
  }
  return found;
}
