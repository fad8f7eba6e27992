import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/**
 * A file name that tells which process made the file: `<pid>-<start time>-<random>`. The start time (clock
 * ticks since boot, 0 where there is no /proc) tells the process from a later one with the same pid.
 */
export async function markOfThisProcess(): Promise<string> {
  const started = (await readProcess(process.pid))?.started ?? '0';
  return `${process.pid}-${started}-${randomBytes(6).toString('hex')}`;
}

export function pidOf(mark: string): number {
  return Number.parseInt(mark, 10);
}

/** Whether the process that made the mark still runs. */
export async function isAlive(mark: string): Promise<boolean> {
  const [pid, started] = mark.split('-');
  const found = await readProcess(Number(pid));
  if (!found) return pidIsTaken(Number(pid));
  return !found.ended && (started === '0' || started === found.started);
}

async function readProcess(pid: number): Promise<{ started: string; ended: boolean } | undefined> {
  try {
    return parseProcStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined; // no such process, or no /proc
  }
}

/** Pure. The program's name stands in parentheses and may itself contain spaces and parentheses. */
export function parseProcStat(stat: string): { started: string; ended: boolean } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { started: fields[19]!, ended: fields[0] === 'Z' || fields[0] === 'X' };
}

/** Whether the pid is taken, be it by a process that has ended and that nobody has asked for its exit code. */
export function pidIsTaken(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
