import type { ProbeAnswer, ProbeRoutes, Supervisor } from '../../worker/supervisor/index.js';

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
  };
}

const json = (status: number, body: object): ProbeAnswer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: `${JSON.stringify(body)}\n`,
});
