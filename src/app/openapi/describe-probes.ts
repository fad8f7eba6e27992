import type { OpenAPIObject } from '@nestjs/swagger';
import { PROBE_PATHS } from '../access/probe-paths.js';

type Paths = OpenAPIObject['paths'];
type Operation = NonNullable<Paths[string]['get']>;

const SUMMARIES: Readonly<Record<string, string>> = {
  live: 'Whether the process answers',
  ready: 'Whether it can do its work: broker and database answer, and its worker takes work, if it has one',
  startup: 'Whether it has been ready once',
  tasks: 'Everything that is watched: broker, database, workers, queues, outbox, SMTP',
  metrics: 'What this process measures, in the text format of Prometheus',
  schedules:
    'What runs by the clock: the last run, what became of it, and the next five times in the zone `tz`',
};

/** HealthModule, MetricsModule and SchedulesModule know nothing of this service's tokens and problems. */
export function describeProbes(paths: Paths, problem: (description: string) => object): Paths {
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => {
      const probe = /^\/(?:health\/(\w+)|(metrics|schedules))$/.exec(path)?.slice(1).find(Boolean);
      return [
        path,
        probe && item.get ? { ...item, get: describe(probe, item.get, PROBE_PATHS.has(path)) } : item,
      ];
    }),
  );

  function describe(probe: string, operation: Operation, open: boolean): Operation {
    const responses = open
      ? operation.responses
      : {
          ...operation.responses,
          401: problem('The token is missing or wrong'),
          403: problem('The host is foreign'),
          ...(probe === 'schedules' && {
            400: problem('There is no such time zone'),
            503: problem('The broker does not answer'),
          }),
        };
    return {
      ...operation,
      responses: responses as Operation['responses'],
      tags: ['Health'],
      summary: SUMMARIES[probe] ?? probe,
      security: open ? [] : [{ bearer: [] }],
    };
  }
}
