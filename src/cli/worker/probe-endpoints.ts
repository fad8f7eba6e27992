import { Logger } from '@nestjs/common';
import { ProbeServer, type ProbeRoutes, type Supervisor } from '../../worker/supervisor/index.js';
import type { ClusterMetrics } from '../../metrics/index.js';
import type { OptionValues } from '../read-options.js';
import { healthRoutes } from './health-routes.js';
import { checkMetricsHost, metricsRoutes, openClusterMetrics } from './metrics-endpoint.js';
import type { WORKER_OPTIONS } from './worker-options.js';

type Options = Pick<OptionValues<typeof WORKER_OPTIONS>, 'health-port' | 'metrics-port' | 'host'>;

const LOOPBACK = '127.0.0.1';

/** @throws {@link UsageError}, {@link MissingPackageError} */
export async function openMetrics(
  command: string,
  { 'metrics-port': port, host = LOOPBACK }: Options,
): Promise<ClusterMetrics | undefined> {
  if (port === undefined) return undefined;
  checkMetricsHost(command, host);
  return openClusterMetrics();
}

/**
 * Opens what `--health-port` and `--metrics-port` ask for; one port, if it is the same. Before there are processes: one that
 * cannot listen need not start any.
 *
 * @throws {@link ProbeServerError}
 */
export async function openProbes(
  supervisor: Supervisor,
  metrics: ClusterMetrics | undefined,
  { 'health-port': healthPort, 'metrics-port': metricsPort, host = LOOPBACK }: Options,
): Promise<readonly ProbeServer[]> {
  const byPort = new Map<number, ProbeRoutes>();
  if (healthPort !== undefined) byPort.set(healthPort, healthRoutes(supervisor));
  if (metrics && metricsPort !== undefined)
    byPort.set(metricsPort, { ...byPort.get(metricsPort), ...metricsRoutes(supervisor, metrics) });
  const servers: ProbeServer[] = [];
  for (const [port, routes] of byPort) {
    const server = new ProbeServer(routes);
    servers.push(server);
    const taken = await server.open(port, host);
    const what = Object.keys(routes).join(', ');
    new Logger('Supervisor').log(
      `Serves ${what} at http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    );
  }
  return servers;
}
