import { spawn, type ChildProcess } from 'node:child_process';
import type { Cluster } from './cluster.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { spawnAs } from './server-account.js';
import { startServerLog } from './server-log.js';

/** A server that we started, seen from outside. It outlives this process and does not keep it alive. */
export class ServerProcess {
  /** Why it is not running, once it is not. */
  ended: string | undefined;

  private constructor(private readonly child: ChildProcess) {
    child.once('error', (error) => (this.ended = error.message));
    child.once('exit', (code, signal) => (this.ended = `it ended with ${signal ?? `exit code ${code}`}`));
    child.unref();
  }

  static async launch(cluster: Cluster, binaries: PostgresBinaries, port: number): Promise<ServerProcess> {
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
    const args = ['-D', await cluster.pgdataArgument(), ...settings.flatMap((setting) => ['-c', setting])];
    await using log = await startServerLog(cluster.log, cluster.account);
    const child = spawn(binaries.postgres, args, {
      ...spawnAs(cluster.account, cluster.pgdata),
      // A session of its own: Ctrl-C in the terminal is for the application.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    return new ServerProcess(child);
  }

  abandon(): void {
    this.child.kill('SIGQUIT');
  }
}
