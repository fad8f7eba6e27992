import { execFileSync } from 'node:child_process';

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  /** With the pid it tells a process from a later one that has been given the same. */
  readonly startedAt: string;
}

/** The processes of this machine; without those that only wait to be reaped. */
export function processes(): ProcessRow[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,lstart='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const [pid, parent, state, ...started] = line.trim().split(/\s+/);
    if (state === undefined || state.startsWith('Z')) return [];
    return { pid: Number(pid), parent: Number(parent), startedAt: started.join(' ') };
  });
}

export const alive = (pid: number): boolean => processes().some((row) => row.pid === pid);

/** A process, its children, and theirs. */
export function processTree(pid: number): ProcessRow[] {
  const all = processes();
  const tree = all.filter((row) => row.pid === pid);
  for (const { pid: parent } of tree) tree.push(...all.filter((row) => row.parent === parent));
  return tree;
}
