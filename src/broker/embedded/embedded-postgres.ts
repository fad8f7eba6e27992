import { access } from 'node:fs/promises';
import { initializeCluster } from './cluster-initialization.js';
import { Cluster } from './cluster.js';
import { DataDirectory } from './data-directory.js';
import { whileHolding } from './directory-lock.js';
import { UnsupportedPlatformError } from './errors.js';
import { anyLease, dropLease, takeLease } from './leases.js';
import { preparePostgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { chooseServerAccount } from './server-account.js';
import { ensureServer } from './server-start.js';
import { stopServer } from './server-stop.js';

const PLATFORMS: readonly string[] = ['linux', 'darwin'];

/** @publicApi */
export interface EmbeddedPostgresOptions {
  /**
   * The directory that keeps the data, created if absent. One per server; not on a network file system, and
   * not shared between containers: processes see each other by pid. No default.
   */
  dataDir: string;
}

/** One user's hold on a running Postgres server. @publicApi */
export interface EmbeddedPostgres {
  /** `postgres://…` with a password, for `pg`. The user is a superuser. Valid until the server stops. */
  readonly url: string;
  /** The real path of the data directory. */
  readonly dataDir: string;
  /**
   * Gives up this hold; the last one stops the server and waits for its end, 30 s at most. Repeating it has no
   * effect, unless it failed.
   *
   * @throws PostgresStopError if the server does not end
   * @throws DataDirectoryBusyError if another process is starting or stopping it for more than 150 s
   */
  release(): Promise<void>;
}

/**
 * Gives the Postgres server of a data directory: attaches to it where it runs, starts it where it does not
 * (60 s at most), and creates it the first time. All processes that acquire the same directory share one server.
 *
 * The process's exit code and signal handling are left alone, and nothing keeps its event loop alive. So a
 * process that ends without `release()` may leave the server running; the next to acquire it adopts it.
 *
 * @throws MissingPostgresBinariesError, MissingPgDriverError, UnsupportedPlatformError if something is not there
 * @throws DataDirectoryError, DataDirectoryBusyError, NoUnprivilegedAccountError, PostgresBinariesCopyError,
 *   ClusterInitializationError, PostgresStartError if something is there but does not work
 * @publicApi
 */
export async function acquireEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  if (!PLATFORMS.includes(process.platform)) throw new UnsupportedPlatformError(process.platform);
  const directory = await DataDirectory.open(options.dataDir);
  return whileHolding(directory, async () => {
    await directory.sweep();
    const cluster = new Cluster(directory.server, directory, await chooseServerAccount(directory));
    const lease = await takeLease(directory);
    try {
      return new Hold(await serve(cluster), lease, cluster);
    } catch (error) {
      // What went wrong first is the error to report, not what the clearing up met with.
      await leave(cluster, lease).catch(() => {});
      throw error;
    }
  });
}

class Hold implements EmbeddedPostgres {
  readonly dataDir: string;
  private releasing: Promise<void> | undefined;

  constructor(
    readonly url: string,
    private readonly lease: string,
    private readonly cluster: Cluster,
  ) {
    this.dataDir = cluster.directory.path;
  }

  release(): Promise<void> {
    this.releasing ??= this.leave();
    return this.releasing;
  }

  private async leave(): Promise<void> {
    try {
      await whileHolding(this.cluster.directory, () => leave(this.cluster, this.lease));
    } catch (error) {
      this.releasing = undefined;
      throw error;
    }
  }
}

async function serve(cluster: Cluster): Promise<string> {
  let prepared: Promise<PostgresBinaries> | undefined;
  const binaries = () => (prepared ??= preparePostgresBinaries(cluster.account, cluster.directory));
  if (!(await exists(cluster.home))) await initializeCluster(cluster, await binaries());
  return ensureServer(cluster, binaries);
}

async function leave(cluster: Cluster, lease: string): Promise<void> {
  await dropLease(lease);
  if (!(await anyLease(cluster.directory))) await stopServer(cluster);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
