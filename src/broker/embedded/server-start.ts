import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import { refusal } from './connection-check.js';
import { PostgresStartError } from './errors.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { freePort } from './free-port.js';
import { findPostmaster, removeMisleadingFile } from './postmaster.js';
import { serverLogTail } from './server-log.js';
import { ServerProcess } from './server-process.js';

const TIMEOUT = 60_000;
const POLL = 25;

/**
 * Ends of a server that another try may mend: its port was taken, or a server that somebody started and did
 * not live to see got the directory first, or the last backends of a killed one are not gone yet.
 */
const PASSING =
  /Address already in use|lock file "postmaster.pid" (already exists|is empty)|pre-existing shared memory block/;

/** Attaches to the server of the cluster, starting it if there is none. Answers its url once it accepts us. */
export async function ensureServer(
  cluster: Cluster,
  binaries: () => Promise<PostgresBinaries>,
  choosePort: () => Promise<number> = freePort,
): Promise<string> {
  const deadline = Date.now() + TIMEOUT;
  let started: ServerProcess | undefined;
  let reason = 'it never became ready';
  while (Date.now() < deadline) {
    const postmaster = await findPostmaster(cluster.pgdata);
    if (postmaster?.ready) {
      const url = await cluster.url(postmaster.port);
      const refused = await refusal(url);
      if (!refused) return url;
      if (refused.final) throw await startError(cluster, refused.message);
      reason = refused.message;
    } else if (!postmaster && (!started || started.ended)) {
      if (started?.ended) await expectPassing(cluster, started.ended);
      await removeMisleadingFile(cluster.pgdata);
      started = await ServerProcess.launch(cluster, await binaries(), await choosePort());
    }
    await sleep(POLL);
  }
  started?.abandon();
  throw await startError(cluster, `after ${TIMEOUT / 1000} s ${reason}`);
}

async function expectPassing(cluster: Cluster, ended: string): Promise<void> {
  if (!PASSING.test(await serverLogTail(cluster.log))) throw await startError(cluster, ended);
}

async function startError(cluster: Cluster, reason: string): Promise<PostgresStartError> {
  return new PostgresStartError(cluster.directory.path, reason, await serverLogTail(cluster.log));
}
