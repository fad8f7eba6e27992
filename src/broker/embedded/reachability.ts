import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ServerAccount } from './server-account.js';

export const READ = 4;
export const TRAVERSE = 1;

/** Whether the account may pass every directory above `path` and has `rights` on `path` itself. */
export async function canReach(account: ServerAccount, path: string, rights: number): Promise<boolean> {
  if (!permits(await stat(path), account, rights)) return false;
  const parent = dirname(path);
  return parent === path || canReach(account, parent, TRAVERSE);
}

/** Pure. Supplementary groups do not count: a child started with a uid of its own has none. */
export function permits(
  { mode, uid, gid }: Pick<Stats, 'mode' | 'uid' | 'gid'>,
  account: Pick<ServerAccount, 'uid' | 'gid'>,
  rights: number,
): boolean {
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
  return ((mode >> shift) & rights) === rights;
}
