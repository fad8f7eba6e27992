import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataDirectory } from './data-directory.js';
import { DataDirectoryError } from './errors.js';
import { canReach, TRAVERSE } from './reachability.js';
import type { ServerAccount } from './server-account.js';

export const SUPERUSER = 'postgres';
const DATABASE = 'postgres';

/** A Postgres cluster on disk: its data, the password of its superuser, the log of its server. */
export class Cluster {
  readonly pgdata: string;
  readonly passwordFile: string;
  readonly log: string;

  constructor(
    readonly home: string,
    readonly directory: DataDirectory,
    readonly account: ServerAccount,
  ) {
    this.pgdata = join(home, 'pgdata');
    this.passwordFile = join(home, 'password');
    this.log = join(home, 'server.log');
  }

  /**
   * What to give as `-D` to a program whose working directory is `pgdata`. Below a directory which the account
   * may not pass (the home of root) no ordinary path leads there, but the working directory, entered by root
   * before it gave up its rights, still does.
   */
  async pgdataArgument(): Promise<string> {
    const { directory, account } = this;
    if (!account.switches || (await canReach(account, directory.path, TRAVERSE))) return this.pgdata;
    if (process.platform === 'linux') return '/proc/self/cwd';
    throw new DataDirectoryError(
      directory.path,
      `cannot be reached by uid ${account.uid}, which runs Postgres because root may not`,
      'Choose a dataDir whose parent directories everyone may pass (chmod o+x).',
    );
  }

  async url(port: number): Promise<string> {
    const password = await readFile(this.passwordFile, 'utf8');
    // sslmode is said here because PGSSLMODE of the environment is meant for another server.
    return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${DATABASE}?sslmode=disable`;
  }
}
