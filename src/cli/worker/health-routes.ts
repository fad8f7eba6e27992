import { bearerAccess } from '../../tasks/access/bearer-access.js';
import {
  guarded,
  type ProbeAnswer,
  type ProbeRoutes,
  type Supervisor,
} from '../../worker/supervisor/index.js';
import { TOKEN } from './token.js';

/**
 * The probes of a supervisor, as an application has them. `live` asks for its own loop alone: what ails a worker process it
 * sees to itself, and an orchestrator that killed all of them would only be in the way.
 */
export function healthRoutes(supervisor: Supervisor): ProbeRoutes {
  let started = false;
  const ready = async () => {
    const health = supervisor.health();
    started ||= health.ready;
    return health.ready
      ? json(200, { status: 'ok' })
      : json(503, { status: 'error', problems: health.problems });
  };
  return {
    '/health/live': async () => json(200, { status: 'ok' }),
    '/health/ready': ready,
    '/health/startup': async () => (started ? json(200, { status: 'ok' }) : ready()),
    '/health/tasks': guarded(bearerAccess(process.env[TOKEN] || undefined, TOKEN), async () =>
      summary(await supervisor.look()),
    ),
  };
}

/** As @nestjs/terminus sums it up in an application. */
function summary(seen: readonly unknown[] | undefined): ProbeAnswer {
  if (!seen) return json(503, { status: 'error', message: 'no worker process answers' });
  if (seen.length === 0)
    return json(501, {
      status: 'error',
      message: 'the application does not import HealthModule of celeriac/health',
    });
  const details = Object.assign({}, ...seen) as Record<string, { readonly status: string }>;
  const statuses = new Set(Object.values(details).map(({ status }) => status));
  if (statuses.has('down')) return json(503, { status: 'error', details });
  return json(200, { status: statuses.has('degraded') ? 'degraded' : 'ok', details });
}

const json = (status: number, body: object): ProbeAnswer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: `${JSON.stringify(body)}\n`,
});
