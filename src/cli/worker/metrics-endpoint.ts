import { bearerAccess } from '../../tasks/access/bearer-access.js';
import { isLoopback } from '../../tasks/access/loopback.js';
import type { ClusterMetrics } from '../../metrics/index.js';
import { guarded, type ProbeRoutes, type Supervisor } from '../../worker/supervisor/index.js';
import { TOKEN } from './token.js';
import { UsageError } from '../errors.js';

/** What `--metrics-port` serves. Loaded only then: prom-client need not be there. */
export const openClusterMetrics = async (): Promise<ClusterMetrics> => {
  const { ClusterMetrics: Book } = await import('../../metrics/index.js');
  return Book.create();
};

/** @throws {@link UsageError} */
export function checkMetricsHost(command: string, host: string): void {
  if (isLoopback(host) || process.env[TOKEN]) return;
  throw new UsageError(
    command,
    `--host is ${host}, but there is no token: everybody who reaches it could read what you run. Set ${TOKEN}.`,
  );
}

export const metricsRoutes = (supervisor: Supervisor, book: ClusterMetrics): ProbeRoutes => ({
  '/metrics': guarded(bearerAccess(process.env[TOKEN] || undefined, TOKEN), async () => ({
    status: 200,
    contentType: book.contentType,
    body: await book.text(await supervisor.measure()),
  })),
});
