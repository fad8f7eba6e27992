import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import { PostgresStopError } from './errors.js';
import { findPostmaster, servesFrom } from './postmaster.js';
import { serverLogTail } from './server-log.js';

/** Postgres's "fast" and "immediate" shutdown, and how long each may take in milliseconds. */
const STEPS = [
  { signal: 'SIGINT', patience: 20_000 },
  { signal: 'SIGQUIT', patience: 10_000 },
] as const;
const POLL = 20;

/** Stops the cluster's server and waits until it is gone. Without a server there is nothing to do. */
export async function stopServer(cluster: Cluster): Promise<void> {
  const postmaster = await findPostmaster(cluster.pgdata);
  if (!postmaster) return;
  for (const { signal, patience } of STEPS) {
    tell(postmaster.pid, signal);
    for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(POLL)) {
      if (!(await servesFrom(postmaster.pid, cluster.pgdata))) return;
    }
  }
  const waited = STEPS.reduce((sum, { patience }) => sum + patience, 0);
  throw new PostgresStopError(
    cluster.directory.path,
    postmaster.pid,
    waited,
    await serverLogTail(cluster.log),
  );
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
