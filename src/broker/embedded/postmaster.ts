import { execFile } from 'node:child_process';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pidIsTaken } from './process-mark.js';

const EXACT = { bigint: true } as const;
/** A server that is starting has made the file and not yet filled it for far less than this. Milliseconds. */
const UNFILLED = 5_000;

/** What `postmaster.pid` says. `ready`: the server says that it accepts connections. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** The server of this cluster if one is running, starting or stopping. A file left by a dead one is no server. */
export async function findPostmaster(pgdata: string): Promise<Postmaster | undefined> {
  const postmaster = await readPostmasterFile(pgdata);
  return postmaster && (await servesFrom(postmaster.pid, pgdata)) ? postmaster : undefined;
}

/** Pure. The lines are pid, data directory, start time, port, socket directory, address, shared memory, status. */
function parsePostmasterFile(text: string): Postmaster | undefined {
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!(pid > 0 && port > 0)) return undefined;
  return { pid, port, ready: lines[7]?.trim() === 'ready' };
}

/** Whether process `pid` is a Postgres at work in this very directory (not in a copy of it). */
export async function servesFrom(pid: number, pgdata: string): Promise<boolean> {
  const command = await commandLine(pid);
  if (!command.includes('postgres')) return false;
  try {
    const [there, here] = await Promise.all([stat(`/proc/${pid}/cwd`, EXACT), stat(pgdata, EXACT)]);
    return there.ino === here.ino && there.dev === here.dev;
  } catch {
    return command.includes(pgdata); // no /proc, or not ours to look into
  }
}

/**
 * Postgres takes whatever has the pid in the file for its postmaster and refuses to start. Where the pid is
 * free the file stays: Postgres looks up the shared memory named in it for backends still running.
 */
export async function removeMisleadingFile(pgdata: string): Promise<void> {
  const file = join(pgdata, 'postmaster.pid');
  const written = await readPostmasterFile(pgdata);
  const misleads = written
    ? pidIsTaken(written.pid) && !(await servesFrom(written.pid, pgdata))
    : await isOlderThan(file, UNFILLED);
  if (misleads) await rm(file, { force: true });
}

async function isOlderThan(file: string, age: number): Promise<boolean> {
  return stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > age,
    () => false,
  );
}

async function readPostmasterFile(pgdata: string): Promise<Postmaster | undefined> {
  try {
    return parsePostmasterFile(await readFile(join(pgdata, 'postmaster.pid'), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Empty for a process that has ended, also while nobody has asked for its exit code yet. */
async function commandLine(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') return await readFile(`/proc/${pid}/cmdline`, 'utf8');
    return (await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)])).stdout;
  } catch {
    return '';
  }
}
