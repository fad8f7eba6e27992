import { lchown, open, readFile, rename, type FileHandle } from 'node:fs/promises';
import type { ServerAccount } from './server-account.js';

const TAIL_LINES = 20;

/** A new log for a new run. The log of the run before is kept beside it, so the two cannot grow for ever. */
export async function startServerLog(path: string, account: ServerAccount): Promise<FileHandle> {
  await rename(path, `${path}.previous`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  const log = await open(path, 'ax', 0o600);
  if (account.switches) await lchown(path, account.uid, account.gid);
  return log;
}

export async function serverLogTail(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  } catch (error) {
    return `(${path} cannot be read: ${(error as Error).message})`;
  }
}
