import { access, chmod, constants, lchown, mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DataDirectoryError } from './errors.js';
import { isAlive } from './process-mark.js';

const INITIALIZING = 'initializing-';
const PENDING_LOCK = 'lock-';

/**
 * What lies in the `dataDir` of the options:
 *
 * - `server/`: the finished cluster with its password and its log; belongs to the server's account
 * - `initializing-…/`: a cluster in the making, which becomes `server/` by one rename
 * - `leases/`: one file per user of the server
 * - `lock/`, `lock-…/`: see `whileHolding`
 */
export class DataDirectory {
  readonly server: string;
  readonly leases: string;
  readonly lock: string;

  private constructor(
    readonly path: string,
    readonly uid: number,
    private readonly gid: number,
  ) {
    this.server = join(path, 'server');
    this.leases = join(path, 'leases');
    this.lock = join(path, 'lock');
  }

  static async open(dataDir: string): Promise<DataDirectory> {
    if (!dataDir)
      throw new DataDirectoryError("''", 'has no name', 'Set dataDir to the path of a directory.');
    try {
      const created = await mkdir(dataDir, { recursive: true });
      // The account that the server runs as for root has to pass this directory; everyone else need not.
      if (created) await chmod(dataDir, process.geteuid!() === 0 ? 0o755 : 0o700);
      const path = await realpath(dataDir);
      await access(path, constants.W_OK);
      const { uid, gid } = await stat(path);
      const directory = new DataDirectory(path, uid, gid);
      await directory.make(directory.leases);
      return directory;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new DataDirectoryError(
        resolve(dataDir),
        `cannot be opened: ${code ?? message}`,
        `Make it a directory that uid ${process.geteuid!()} can write to, or choose another dataDir.`,
        { cause: error },
      );
    }
  }

  pendingCluster(mark: string): string {
    return join(this.path, INITIALIZING + mark);
  }

  pendingLock(mark: string): string {
    return join(this.path, PENDING_LOCK + mark);
  }

  /** Whatever root makes in a user's data directory belongs to that user, who may be the next to come. */
  async make(path: string): Promise<void> {
    await mkdir(path, { recursive: true });
    if (process.geteuid!() === 0) await lchown(path, this.uid, this.gid);
  }

  /** Removes what processes left behind that died half-way. Only while holding the lock. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.path)) {
      const prefix = [INITIALIZING, PENDING_LOCK].find((start) => name.startsWith(start));
      if (prefix && !(await isAlive(name.slice(prefix.length)))) await this.discard(join(this.path, name));
    }
  }

  /** An orphaned initdb may still write there, and what it writes then is for the next sweep. */
  private async discard(path: string): Promise<void> {
    await rm(path, { recursive: true, force: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY') throw error;
    });
  }
}
